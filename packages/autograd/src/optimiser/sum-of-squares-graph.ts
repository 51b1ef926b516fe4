import { dataTypeCode, int } from "@megapairs/onnx";
import type { OnnxModelDefinition } from "@megapairs/onnx";

/**
 * The sum of the squares of `x`, float32 [n] of any length, as `sum_of_squares`, float64 of no axes
 * and added up in float64. Gradients that come block by block have the root of the sum of these as
 * their norm, and with it what `gradientScale` of an optimiser clips by.
 */
export function sumOfSquaresGraph(): OnnxModelDefinition {
  return {
    name: "sum of squares",
    opset: 18,
    inputs: [{ name: "x", dataType: "float32", shape: ["n"] }],
    outputs: [{ name: "sum_of_squares", dataType: "float64", shape: [] }],
    nodes: [
      {
        op: "Cast",
        inputs: ["x"],
        outputs: ["wide"],
        attributes: { to: int(dataTypeCode("float64")) },
      },
      {
        op: "ReduceSumSquare",
        inputs: ["wide"],
        outputs: ["sum_of_squares"],
        attributes: { keepdims: int(0) },
      },
    ],
    initializers: [],
  };
}
