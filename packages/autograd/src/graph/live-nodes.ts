import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { valuesRead } from "./values-read.ts";

/** The nodes that `outputs` depend on, in the order given, and the names of all values they read. */
export function liveNodes(
  nodes: readonly OnnxNodeDefinition[],
  outputs: readonly string[],
): { nodes: OnnxNodeDefinition[]; read: ReadonlySet<string> } {
  const read = new Set(outputs);
  const live = nodes.toReversed().filter((node) => {
    const isLive = node.outputs.some((name) => name !== "" && read.has(name));
    if (isLive) for (const name of valuesRead(node)) read.add(name);
    return isLive;
  });
  return { nodes: live.toReversed(), read };
}
