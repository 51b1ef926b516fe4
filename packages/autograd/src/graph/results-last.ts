import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { valuesRead } from "./values-read.ts";

/**
 * The nodes with those that make `results` at the end, in the order of `results`, unless another node
 * reads what they make. A result that is but the copy of a value that nothing else reads gives that
 * value its name.
 *
 * It decides when things happen: ONNX Runtime walks a graph back from the nodes that no other reads,
 * the last of the file first, and runs what it comes by. (graph_viewer.cc, Graph::ReverseDFSFrom)
 */
export function resultsLast(
  nodes: readonly OnnxNodeDefinition[],
  results: readonly string[],
): OnnxNodeDefinition[] {
  const named = withoutCopies(nodes, results);
  const read = new Set(named.flatMap(valuesRead));
  const places = new Map(results.map((name, place) => [name, place]));
  const placeOf = ({ outputs }: OnnxNodeDefinition): number => {
    const isRead = outputs.some((name) => read.has(name));
    return isRead ? -1 : Math.max(...outputs.map((name) => places.get(name) ?? -1));
  };
  return named.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function withoutCopies(
  nodes: readonly OnnxNodeDefinition[],
  results: readonly string[],
): OnnxNodeDefinition[] {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const reads = Map.groupBy(nodes.flatMap(valuesRead), (name) => name);
  const names = new Map<string, string>();
  const isCopy = ({ op, inputs: [from = ""], outputs: [to = ""] }: OnnxNodeDefinition): boolean =>
    op === "Identity" && results.includes(to) && made.has(from) && reads.get(from)?.length === 1;
  const left = nodes.filter((node) => {
    if (!isCopy(node)) return true;
    names.set(node.inputs[0] ?? "", node.outputs[0] ?? "");
    return false;
  });
  return left.map((node) => ({
    ...node,
    outputs: node.outputs.map((name) => names.get(name) ?? name),
  }));
}
