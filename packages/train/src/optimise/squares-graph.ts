import { createGraphBuilder, int } from "@megapairs/onnx";
import type { OnnxModelDefinition } from "@megapairs/onnx";

/** `sum` = the sum of squares of the float32 vector `x`. */
export function squaresGraph(length: number): OnnxModelDefinition {
  const g = createGraphBuilder();
  const x = g.input("x", "float32", [length]);
  g.apply("ReduceSumSquare", [x], { keepdims: int(0) }, "sum");
  return g.finish("sum_of_squares", [{ name: "sum", dataType: "float32", shape: [] }]);
}
