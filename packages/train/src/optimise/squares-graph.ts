import { createGraphBuilder, int } from "@megapairs/onnx";
import type { OnnxModelDefinition } from "@megapairs/onnx";

/** `sum` = the sum of squares of the float32 vector `x`, of any length. */
export function squaresGraph(): OnnxModelDefinition {
  const g = createGraphBuilder();
  const x = g.input("x", "float32", ["elements"]);
  g.apply("ReduceSumSquare", [x], { keepdims: int(0) }, "sum");
  return g.finish("sum_of_squares", [{ name: "sum", dataType: "float32", shape: [] }]);
}
