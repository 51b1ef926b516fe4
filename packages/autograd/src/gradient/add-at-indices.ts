import { int, string } from "@megapairs/onnx";
import type { GraphBuilder } from "../graph/graph-builder.ts";

/**
 * Zeros of `shape` to which slices of `updates` are added at positions along `axis`. `indices` names
 * a vector of int64 with one position for each slice; a position may come more than once.
 *
 * Built on ScatterElements: ONNX Runtime's ScatterND adds from several threads without locks and
 * loses updates when positions repeat (seen with 1.30 on the CPU).
 */
export function addAtIndices(
  graph: GraphBuilder,
  shape: readonly number[],
  axis: number,
  indices: string,
  updates: string,
): string {
  const spread = graph.shape(updates).map((size, at) => (at === axis ? size : 1));
  const positions = graph.apply("Expand", [
    graph.reshape(indices, spread),
    graph.ints(graph.shape(updates)),
  ]);
  return graph.apply("ScatterElements", [graph.zeros(shape, updates), positions, updates], {
    axis: int(axis),
    reduction: string("add"),
  });
}
