import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxInitializerDefinition, OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import type { GradientCase } from "./case-parts.ts";

/** A tensor as reference files hold it. */
export interface ReferenceTensor {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** A floating-point tensor of a reference file. */
export function toTensor({ dims, data }: ReferenceTensor, dataType: string): OnnxTensor {
  return dataType === "float64"
    ? createOnnxTensor("float64", Float64Array.from(data), dims)
    : createOnnxTensor("float32", Float32Array.from(data), dims);
}

/** The model loss = sum(y * weights), its inputs initializers. */
export function weightedLoss(
  { nodes, constants = [], opset = 18 }: GradientCase,
  inputs: Readonly<Record<string, OnnxTensor>>,
  weights: OnnxTensor,
): OnnxModelDefinition {
  const named = (name: string, value: OnnxTensor): OnnxInitializerDefinition => ({
    name,
    ...value,
  });
  return {
    name: "case",
    opset,
    inputs: [],
    outputs: [{ name: "loss", dataType: weights.dataType, shape: [] }],
    nodes: [
      ...nodes,
      { op: "Mul", inputs: ["y", "weights"], outputs: ["weighted"] },
      {
        op: "ReduceSum",
        inputs: ["weighted"],
        outputs: ["loss"],
        attributes: { keepdims: { type: "int", value: 0 } },
      },
    ],
    initializers: [
      ...constants,
      named("weights", weights),
      ...Object.entries(inputs).map(([name, value]) => named(name, value)),
    ],
  };
}
