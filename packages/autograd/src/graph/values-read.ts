import type { OnnxNodeDefinition } from "@megapairs/onnx";

/** Names of all values that a node reads, those that graphs inside it take from outside included. */
export function valuesRead(node: OnnxNodeDefinition): string[] {
  const names = node.inputs.filter((name) => name !== "");
  for (const attribute of Object.values(node.attributes ?? {})) {
    if (attribute.type === "graph") {
      names.push(...attribute.value.nodes.flatMap(valuesRead));
      names.push(...attribute.value.outputs.map(({ name }) => name));
    }
  }
  return names;
}
