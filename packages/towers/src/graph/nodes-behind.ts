import type { OnnxGraphDefinition, OnnxNodeDefinition } from "@megapairs/onnx";

/** The nodes of a graph that values depend on, in order. */
export function nodesBehind(
  nodes: readonly OnnxNodeDefinition[],
  values: readonly string[],
): readonly OnnxNodeDefinition[] {
  const wanted = new Set(values);
  const behind: OnnxNodeDefinition[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    behind.push(node);
    for (const name of namesRead(node)) wanted.add(name);
  }
  return behind.toReversed();
}

/** Names that a node reads, those inside its graphs included. */
export function namesRead({ inputs, attributes = {} }: OnnxNodeDefinition): readonly string[] {
  const inner = Object.values(attributes).flatMap((attribute) =>
    attribute.type === "graph" ? namesReadIn(attribute.value) : [],
  );
  return [...inputs, ...inner].filter((name) => name !== "");
}

function namesReadIn({ nodes, outputs }: OnnxGraphDefinition): readonly string[] {
  return [...nodes.flatMap(namesRead), ...outputs.map(({ name }) => name)];
}
