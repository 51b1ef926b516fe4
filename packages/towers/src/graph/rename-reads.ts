import type {
  OnnxAttributeDefinition,
  OnnxGraphDefinition,
  OnnxNodeDefinition,
} from "@megapairs/onnx";

/** Nodes that read values by other names, inside their graphs too; what they make keeps its name. */
export function renameReads(
  nodes: readonly OnnxNodeDefinition[],
  rename: (name: string) => string,
): readonly OnnxNodeDefinition[] {
  return nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    ...(node.attributes && { attributes: renameInAttributes(node.attributes, rename) }),
  }));
}

function renameInAttributes(
  attributes: Readonly<Record<string, OnnxAttributeDefinition>>,
  rename: (name: string) => string,
): Record<string, OnnxAttributeDefinition> {
  const renamed = Object.entries(attributes).map(([name, attribute]) => {
    if (attribute.type !== "graph") return [name, attribute] as const;
    return [name, { ...attribute, value: renameInGraph(attribute.value, rename) }] as const;
  });
  return Object.fromEntries(renamed);
}

function renameInGraph(
  graph: OnnxGraphDefinition,
  rename: (name: string) => string,
): OnnxGraphDefinition {
  const outputs = graph.outputs.map((output) => ({ ...output, name: rename(output.name) }));
  return { ...graph, nodes: renameReads(graph.nodes, rename), outputs };
}
