import { createGraphBuilder, int } from "@megapairs/onnx";
import type { OnnxModelDefinition } from "@megapairs/onnx";

/** `sums` [blocks] = the sum of squares of each block of the float32 `x` [blocks, elements]. */
export function squaresGraph(): OnnxModelDefinition {
  const g = createGraphBuilder();
  const x = g.input("x", "float32", ["blocks", "elements"]);
  g.apply("ReduceSumSquare", [x, g.ints([1])], { keepdims: int(0) }, "sums");
  return g.finish("sums_of_squares", [{ name: "sums", dataType: "float32", shape: ["blocks"] }]);
}
