/** Which array holds the elements of which data type. Half floats are kept as their raw bits. */
export interface OnnxDataByType {
  float32: Float32Array;
  float64: Float64Array;
  /** IEEE 754 binary16 bits. */
  float16: Uint16Array;
  /** Upper half of the bits of a float32. */
  bfloat16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  /** 0 or 1. */
  bool: Uint8Array;
  string: readonly string[];
}

/** Element type of a tensor, named as ONNX Runtime's JavaScript API names it. */
export type OnnxDataType = keyof OnnxDataByType;

/** A tensor: `data` is row-major and holds the product of `dims` elements (one when `dims` is empty). */
export type OnnxTensor = {
  [T in OnnxDataType]: {
    readonly dataType: T;
    readonly dims: readonly number[];
    readonly data: OnnxDataByType[T];
  };
}[OnnxDataType];

/** How many elements a tensor of these dimensions has. */
export function countElements(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
