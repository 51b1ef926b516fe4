import { int } from "@megapairs/onnx";
import { range, sameShape } from "../graph/axes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";

/**
 * Undoes broadcasting: sums a value over the axes along which a value of `shape` was repeated, so
 * that the result has `shape`.
 */
export function sumToShape(graph: GraphBuilder, name: string, shape: readonly number[]): string {
  const found = graph.shape(name);
  if (sameShape(found, shape)) return name;
  const missing = found.length - shape.length;
  const axes = range(found.length).filter(
    (axis) => axis < missing || (shape[axis - missing] === 1 && found[axis] !== 1),
  );
  if (axes.length === 0) return graph.reshape(name, shape);
  const sum = graph.apply("ReduceSum", [name, graph.ints(axes)], { keepdims: int(0) });
  return graph.reshape(sum, shape);
}
