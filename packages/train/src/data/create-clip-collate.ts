import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { Tower } from "@megapairs/towers";

import type { BatchPictures, Collate } from "./collate.ts";
import { createPixelNormalizer } from "./pixel-normalizer.ts";
import type { BatchPlan } from "./plan-batch.ts";
import type { TrainingBatch } from "./training-batch.ts";

/** Token ids of texts, padded to one length: what `createTextTokenizer` of `@megapairs/encoder-onnx` gives. */
export interface TokenizedTexts {
  /** int64 `[texts, length]`, row-major. */
  readonly ids: BigInt64Array;
  /** int64 `[texts, length]`, row-major: 1 for a token, 0 for padding. */
  readonly mask: BigInt64Array;
  readonly length: number;
}

/** Settings of {@link createClipCollate}. */
export interface ClipCollateSettings {
  /** An image tower, which takes `pixel_values`, and perhaps a text tower, in the model's order. */
  readonly towers: readonly Pick<Tower, "name" | "dataInputs">[];
  readonly tokenize: (texts: readonly string[]) => TokenizedTexts;
  /**
   * `float32`, the default: what the tower takes. `uint8`: a quarter of the memory, for batches of
   * thousands; whoever trains normalises the rows of a chunk with `createPixelNormalizer`.
   */
  readonly pixelType?: "float32" | "uint8" | undefined;
}

/** What a tower reads. */
type Modality = "image" | "text";

/**
 * Creates the {@link Collate} of the CLIP form (PAPER §5): a row of the image tower for each picture,
 * a row of the text tower for each text; a query is the sum of its image's and its text's features,
 * a candidate an image's.
 *
 * Throws `invalid-argument` unless one tower takes `pixel_values`, at most one `input_ids` with or
 * without `attention_mask`, and none anything else; the collate, where a batch has texts but the
 * model no tower for them, or the tokenizer gives another number of tokens than it says.
 */
export function createClipCollate(settings: ClipCollateSettings): Collate {
  const { towers, tokenize, pixelType = "float32" } = settings;
  const modalities = towers.map(modalityOf);
  const images = modalities.filter((modality) => modality === "image").length;
  if (images !== 1 || modalities.length - images > 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `found ${images} image towers and ${modalities.length - images} text towers, expected one and at most one`,
    );
  }

  return (plan, pictures) => {
    const count = { image: plan.images.length, text: plan.texts.length };
    if (count.text > 0 && !modalities.includes("text")) {
      throw new MegaPairsError(
        "invalid-argument",
        `the queries have ${count.text} texts, but the model has no text tower`,
      );
    }
    const imageRow = modalities[0] === "image" ? 0 : count.text;
    const textRow = imageRow === 0 ? count.image : 0;
    const inputs = towers.map(({ name, dataInputs }, tower) => [
      name,
      modalities[tower] === "image"
        ? { pixel_values: pixelTensor(pictures, pixelType) }
        : tokenTensors(plan.texts, tokenize, dataInputs),
    ]);
    return {
      inputs: Object.fromEntries(inputs),
      rows: Object.fromEntries(towers.map(({ name }, at) => [name, count[modalities[at]!]])),
      ...rowsOf(plan, imageRow, textRow),
    };
  };
}

function modalityOf({ name, dataInputs }: Pick<Tower, "name" | "dataInputs">): Modality {
  const isImage = dataInputs.length === 1 && dataInputs[0] === "pixel_values";
  const isText =
    dataInputs.includes("input_ids") &&
    dataInputs.every((input) => input === "input_ids" || input === "attention_mask");
  if (isImage || isText) return isImage ? "image" : "text";
  throw new MegaPairsError(
    "invalid-argument",
    `the tower ${name} takes ${dataInputs.join(", ") || "nothing"}, expected pixel_values, or input_ids and perhaps attention_mask`,
  );
}

/** Where queries and candidates find their features. */
function rowsOf(
  plan: BatchPlan,
  imageRow: number,
  textRow: number,
): Omit<TrainingBatch, "inputs" | "rows"> {
  const { queries, candidateCount, excluded } = plan;
  const pairs = queries.flatMap(({ image, text }) => [
    image < 0 ? -1 : imageRow + image,
    text < 0 ? -1 : textRow + text,
  ]);
  return {
    queries: Int32Array.from(pairs), // [queries, 2]
    candidates: Int32Array.from({ length: candidateCount }, (_, place) => imageRow + place),
    positives: Int32Array.from(queries, ({ positive }) => positive),
    excluded,
    sampleIds: queries.map(({ sampleId }) => sampleId),
  };
}

function pixelTensor(
  { pixels, preprocessing }: BatchPictures,
  pixelType: "float32" | "uint8",
): OnnxTensor {
  const { width, height } = preprocessing;
  const size = 3 * width * height;
  const dims = [pixels.length, 3, height, width];
  if (pixelType === "uint8") {
    const data = new Uint8Array(pixels.length * size);
    for (const [row, picture] of pixels.entries()) data.set(picture, row * size);
    return createOnnxTensor("uint8", data, dims);
  }
  const normalize = createPixelNormalizer(preprocessing);
  const data = new Float32Array(pixels.length * size);
  for (const [row, picture] of pixels.entries()) {
    normalize(picture, data.subarray(row * size, (row + 1) * size));
  }
  return createOnnxTensor("float32", data, dims);
}

function tokenTensors(
  texts: readonly string[],
  tokenize: ClipCollateSettings["tokenize"],
  dataInputs: readonly string[],
): Record<string, OnnxTensor> {
  const none = { ids: new BigInt64Array(), mask: new BigInt64Array(), length: 0 };
  const { ids, mask, length } = texts.length === 0 ? none : tokenize(texts);
  const dims = [texts.length, length];
  const tensors = {
    input_ids: createOnnxTensor("int64", ids, dims),
    attention_mask: createOnnxTensor("int64", mask, dims),
  };
  return Object.fromEntries(
    Object.entries(tensors).filter(([input]) => dataInputs.includes(input)),
  );
}
