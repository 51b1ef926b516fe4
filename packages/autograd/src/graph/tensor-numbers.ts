import { countElements, createOnnxTensor } from "@megapairs/onnx";
import type { OnnxDataType, OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";

/** Elements as numbers; `undefined` for strings and half floats. */
export function numbersOfTensor({ dataType, data }: OnnxTensor): number[] | undefined {
  if (["string", "float16", "bfloat16"].includes(dataType)) return undefined;
  return Array.from<string | number | bigint, number>(data, Number);
}

/** True for data types that {@link tensorOfNumbers} makes. */
export function holdsNumbers(dataType: OnnxDataType): boolean {
  return ["float32", "float64", "int64", "int32", "bool"].includes(dataType);
}

/** A tensor of these numbers, in row-major order; integers are truncated towards zero. */
export function tensorOfNumbers(
  dataType: OnnxDataType,
  dims: readonly number[],
  numbers: readonly number[],
): OnnxTensor {
  switch (dataType) {
    case "float32":
      return createOnnxTensor(dataType, Float32Array.from(numbers), dims);
    case "float64":
      return createOnnxTensor(dataType, Float64Array.from(numbers), dims);
    case "int64":
      return createOnnxTensor(
        dataType,
        BigInt64Array.from(numbers, (n) => BigInt(Math.trunc(n))),
        dims,
      );
    case "int32":
      return createOnnxTensor(dataType, Int32Array.from(numbers), dims);
    case "bool":
      return createOnnxTensor(
        dataType,
        Uint8Array.from(numbers, (n) => (n === 0 ? 0 : 1)),
        dims,
      );
    default:
      throw new MegaPairsError(
        "unsupported",
        `constants of ${dataType} are not made here, expected float32, float64, int64, int32 or bool`,
      );
  }
}

/** A tensor of zeros. */
export function zeroTensor(dataType: OnnxDataType, dims: readonly number[]): OnnxTensor {
  const count = countElements(dims);
  if (dataType === "float32") return createOnnxTensor(dataType, new Float32Array(count), dims);
  if (dataType === "float64") return createOnnxTensor(dataType, new Float64Array(count), dims);
  return tensorOfNumbers(dataType, dims, Array<number>(count).fill(0));
}
