import { countElements, createOnnxTensor } from "@megapairs/onnx";
import type { OnnxDataType, OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";

/** Elements as numbers; `undefined` for strings and half floats. */
export function numbersOfTensor({ dataType, data }: OnnxTensor): number[] | undefined {
  if (["string", "float16", "bfloat16"].includes(dataType)) return undefined;
  return Array.from<string | number | bigint, number>(data, Number);
}

const MAKERS: Readonly<
  Record<string, (numbers: readonly number[], dims: readonly number[]) => OnnxTensor>
> = {
  float32: (numbers, dims) => createOnnxTensor("float32", Float32Array.from(numbers), dims),
  float64: (numbers, dims) => createOnnxTensor("float64", Float64Array.from(numbers), dims),
  int64: (numbers, dims) =>
    createOnnxTensor(
      "int64",
      BigInt64Array.from(numbers, (number) => BigInt(Math.trunc(number))),
      dims,
    ),
  int32: (numbers, dims) => createOnnxTensor("int32", Int32Array.from(numbers), dims),
  bool: (numbers, dims) =>
    createOnnxTensor(
      "bool",
      Uint8Array.from(numbers, (number) => (number === 0 ? 0 : 1)),
      dims,
    ),
};

/** True for data types that {@link tensorOfNumbers} makes. */
export function holdsNumbers(dataType: OnnxDataType): boolean {
  return Object.hasOwn(MAKERS, dataType);
}

/**
 * A tensor of these numbers, in row-major order; integers are truncated towards zero. `unsupported`
 * for half floats, strings and unusual integers.
 */
export function tensorOfNumbers(
  dataType: OnnxDataType,
  dims: readonly number[],
  numbers: readonly number[],
): OnnxTensor {
  const make = MAKERS[dataType];
  if (make !== undefined) return make(numbers, dims);
  throw new MegaPairsError(
    "unsupported",
    `constants of ${dataType} are not made here, expected ${Object.keys(MAKERS).join(", ")}`,
  );
}

/** A tensor of zeros. */
export function zeroTensor(dataType: OnnxDataType, dims: readonly number[]): OnnxTensor {
  const count = countElements(dims);
  if (dataType === "float32") return createOnnxTensor(dataType, new Float32Array(count), dims);
  if (dataType === "float64") return createOnnxTensor(dataType, new Float64Array(count), dims);
  return tensorOfNumbers(dataType, dims, Array<number>(count).fill(0));
}
