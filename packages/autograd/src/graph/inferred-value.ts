import type { OnnxDataType, OnnxTensor } from "@megapairs/onnx";

/** What is known of a value of a graph before the graph runs. */
export interface InferredValue {
  readonly dataType: OnnxDataType;
  /** Sizes of the axes; empty for a scalar. */
  readonly shape: readonly number[];
  /** The value itself, where it depends on no input of the graph and is small enough to compute. */
  readonly constant?: OnnxTensor | undefined;
}

/** True for the data types that have derivatives. */
export function isFloat(dataType: OnnxDataType): boolean {
  return ["float32", "float64", "float16", "bfloat16"].includes(dataType);
}
