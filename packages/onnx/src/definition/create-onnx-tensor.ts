import { MegaPairsError } from "@megapairs/spec";
import { arrayNameOf, isTensor } from "./data-type.ts";
import type { OnnxDataByType, OnnxDataType, OnnxTensor } from "./onnx-tensor.ts";
import { countElements } from "./onnx-tensor.ts";

/**
 * Makes a tensor, checked: `invalid-argument` where `data` is of another class than `dataType`
 * calls for, or does not hold the product of `dims` elements. Without `dims` it is a vector of all
 * of `data`.
 */
export function createOnnxTensor<T extends OnnxDataType>(
  dataType: T,
  data: OnnxDataByType[T],
  dims: readonly number[] = [data.length],
): OnnxTensor {
  const tensor = { dataType, dims, data };
  if (!isTensor(tensor) || data.length !== countElements(dims)) {
    throw new MegaPairsError(
      "invalid-argument",
      `a ${dataType} tensor of [${dims.join(", ")}] needs ${countElements(dims)} elements in ` +
        `a ${arrayNameOf(dataType)}, found ${data.length} in a ${data.constructor.name}`,
    );
  }
  return tensor;
}
