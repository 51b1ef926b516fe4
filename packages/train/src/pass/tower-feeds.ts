import { countElements, createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { Tower } from "@megapairs/towers";
import type { PixelNormalizer } from "../data/pixel-normalizer.ts";

/** Which rows of a tower's inputs to take. */
export interface RowRange {
  readonly start: number;
  /** Rows that are there from `start` on, at most `length`. */
  readonly count: number;
  /** Rows to give: what is missing repeats the first row of all, so that nothing in it is odd. */
  readonly length: number;
}

/**
 * Rows of a tower's data inputs. Pictures that come as uint8 are normalised here, row by row.
 * Throws `invalid-argument` where the batch lacks an input.
 */
export function towerFeeds(
  tower: Pick<Tower, "name" | "dataInputs" | "model">,
  inputs: Readonly<Record<string, OnnxTensor>>,
  range: RowRange,
  normalize: PixelNormalizer | undefined,
): Record<string, OnnxTensor> {
  return Object.fromEntries(
    tower.dataInputs.map((name) => {
      const tensor = inputs[name];
      const wanted = tower.model.inputs.find((input) => input.name === name);
      if (tensor === undefined || wanted === undefined) {
        const found = Object.keys(inputs).join(", ") || "none";
        throw new MegaPairsError(
          "invalid-argument",
          `a batch lacks "${name}" for the ${tower.name} tower, found ${found}`,
        );
      }
      const isRaw = tensor.dataType === "uint8" && wanted.dataType === "float32";
      return [name, isRaw ? normalizedRows(tensor, range, normalize) : rowsOf(tensor, range)];
    }),
  );
}

function rowsOf({ dataType, dims, data }: OnnxTensor, range: RowRange): OnnxTensor {
  const size = countElements(dims.slice(1));
  const shape = [range.length, ...dims.slice(1)];
  if (dataType === "int64") {
    const rows = new BigInt64Array(range.length * size);
    eachRow(range, size, (at, row) => rows.set(data.subarray(at, at + size), row));
    return createOnnxTensor(dataType, rows, shape);
  }
  if (dataType === "float32") {
    const rows = new Float32Array(range.length * size);
    eachRow(range, size, (at, row) => rows.set(data.subarray(at, at + size), row));
    return createOnnxTensor(dataType, rows, shape);
  }
  throw new MegaPairsError(
    "invalid-argument",
    `a batch has inputs of ${dataType}, expected int64, float32, or uint8 for pictures`,
  );
}

/** Where each row of a range begins, in what is given and in what is made. */
function eachRow(
  { start, count, length }: RowRange,
  size: number,
  take: (from: number, to: number) => void,
): void {
  for (let row = 0; row < length; row += 1) {
    take((row < count ? start + row : 0) * size, row * size);
  }
}

function normalizedRows(
  { dims, data }: OnnxTensor & { readonly dataType: "uint8" },
  range: RowRange,
  normalize: PixelNormalizer | undefined,
): OnnxTensor {
  if (normalize === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      "a batch has pictures as uint8, expected float32 where the trainer was given no preprocessing",
    );
  }
  const size = countElements(dims.slice(1));
  const rows = new Float32Array(range.length * size);
  eachRow(range, size, (at, row) => {
    normalize(data.subarray(at, at + size), rows.subarray(row, row + size));
  });
  return createOnnxTensor("float32", rows, [range.length, ...dims.slice(1)]);
}
