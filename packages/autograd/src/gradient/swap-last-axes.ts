import { ints } from "@megapairs/onnx";
import { range } from "../graph/axes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";

/** The value with its last two axes swapped. */
export function swapLastAxes(graph: GraphBuilder, name: string): string {
  const order = range(graph.shape(name).length);
  const [row = 0, column = 1] = order.splice(-2);
  return graph.apply("Transpose", [name], { perm: ints([...order, column, row]) });
}
