import { MegaPairsError } from "@megapairs/spec";
import dataTypes from "./data-types.json" with { type: "json" };
import type { OnnxDataType, OnnxTensor } from "./onnx-tensor.ts";

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  string: Array,
} as const satisfies Record<OnnxDataType, unknown>;

const NAMES = new Map(
  Object.keys(dataTypes)
    .filter(isDataType)
    .map((name) => [dataTypes[name].code, name]),
);

/** `TensorProto.DataType` number of a data type. */
export function dataTypeCode(dataType: OnnxDataType): number {
  return dataTypes[dataType].code;
}

/** Bytes of one element; 0 for strings. */
export function bytesPerElement(dataType: OnnxDataType): number {
  return dataTypes[dataType].bytes;
}

/** True where the name is one of a data type this package knows. */
function isDataType(name: string): name is OnnxDataType {
  return Object.hasOwn(dataTypes, name);
}

/** Data type of a `TensorProto.DataType` number; `unsupported` for one this package does not hold. */
export function dataTypeOfCode(code: number, subject: string): OnnxDataType {
  const name = NAMES.get(code);
  if (name === undefined) {
    throw new MegaPairsError(
      "unsupported",
      `${subject} has the ONNX data type ${code}, which is none of ${Object.keys(dataTypes).join(", ")}`,
    );
  }
  return name;
}

/** True where `data` is an instance of the array class that `dataType` calls for. */
export function isArrayOf(dataType: OnnxDataType, data: unknown): boolean {
  return data instanceof ARRAYS[dataType];
}

/** True where the parts of a tensor go together, its number of elements left aside. */
export function isTensor(parts: {
  readonly dataType: OnnxDataType;
  readonly dims: readonly number[];
  readonly data: unknown;
}): parts is OnnxTensor {
  return isArrayOf(parts.dataType, parts.data);
}

/** Name of the array class that `dataType` calls for, for messages. */
export function arrayNameOf(dataType: OnnxDataType): string {
  return ARRAYS[dataType].name;
}

/** What makes an array of a data type out of bytes, which lie at the start of a buffer of their own. */
const VIEWS: Readonly<
  Record<Exclude<OnnxDataType, "string">, (buffer: ArrayBuffer) => OnnxTensor["data"]>
> = {
  float32: (buffer) => new Float32Array(buffer),
  float64: (buffer) => new Float64Array(buffer),
  float16: (buffer) => new Uint16Array(buffer),
  bfloat16: (buffer) => new Uint16Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  int16: (buffer) => new Int16Array(buffer),
  uint16: (buffer) => new Uint16Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  uint32: (buffer) => new Uint32Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  uint64: (buffer) => new BigUint64Array(buffer),
  bool: (buffer) => new Uint8Array(buffer),
};

/** All of a buffer as an array of the class that `dataType` calls for; no copy. */
export function arrayOver(
  dataType: Exclude<OnnxDataType, "string">,
  buffer: ArrayBuffer,
): OnnxTensor["data"] {
  return VIEWS[dataType](buffer);
}

/** Copies little-endian bytes into a new array of the class that `dataType` calls for. */
export function arrayOfBytes(
  dataType: Exclude<OnnxDataType, "string">,
  bytes: Uint8Array,
): OnnxTensor["data"] {
  return arrayOver(dataType, Uint8Array.from(bytes).buffer);
}
