import type {
  EncodeOptions,
  EncodeResult,
  EncoderInput,
  EncoderV1,
  ImageSource,
} from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import type { Tower, TowerItem } from "./towers/tower.ts";

/** Settings of {@link createTowerEncoder}. */
export interface TowerEncoderSettings {
  readonly modelId: string;
  readonly fingerprint: string;
  readonly maxBatch: number;
  readonly image?: Tower<ImageSource> | undefined;
  readonly text?: Tower<string> | undefined;
  /** The towers give features that may be added: not normalised ones. */
  readonly isComposable: boolean;
  readonly dispose: () => Promise<void>;
}

/** An encoder of one tower, or of two that share a space: adds features, then makes their norm 1. */
export function createTowerEncoder(settings: TowerEncoderSettings): EncoderV1 {
  const { modelId, fingerprint, maxBatch, image, text, isComposable } = settings;
  const dimensions = image?.dimensions ?? text?.dimensions ?? 0;
  const inputs: EncoderInput["type"][] = [];
  if (text !== undefined) inputs.push("text");
  if (image !== undefined) inputs.push("image");
  if (text !== undefined && image !== undefined && isComposable) inputs.push("composed");
  let isDisposed = false;

  const check = (batch: readonly EncoderInput[]): void => {
    if (isDisposed) throw new MegaPairsError("invalid-argument", `${modelId} is disposed`);
    if (batch.length === 0 || batch.length > maxBatch) {
      throw new MegaPairsError(
        "invalid-argument",
        `${modelId} takes 1 to ${maxBatch} inputs at once, found ${batch.length}`,
      );
    }
    const index = batch.findIndex(({ type }) => !inputs.includes(type));
    if (index >= 0) {
      throw new MegaPairsError(
        "unsupported",
        `${modelId} takes ${inputs.join(", ")}, found ${batch[index]?.type} at input ${index}`,
      );
    }
  };

  const doEncode = async ({ inputs: batch, signal }: EncodeOptions): Promise<EncodeResult> => {
    signal?.throwIfAborted();
    check(batch);
    const images: TowerItem<ImageSource>[] = [];
    const texts: TowerItem<string>[] = [];
    for (const [index, input] of batch.entries()) {
      if (input.type !== "text") images.push({ index, value: input.image });
      if (input.type !== "image") texts.push({ index, value: input.text });
    }
    const embeddings = new Float32Array(batch.length * dimensions);
    const [seen, read] = await Promise.all([
      image?.encode(images, signal) ?? new Float32Array(0),
      text?.encode(texts, signal) ?? new Float32Array(0),
    ]);
    signal?.throwIfAborted();
    addRows(embeddings, seen, images, dimensions);
    addRows(embeddings, read, texts, dimensions);
    for (let row = 0; row < batch.length; row += 1) {
      normalise(embeddings.subarray(row * dimensions, (row + 1) * dimensions), modelId, row);
    }
    return { embeddings };
  };

  return {
    specificationVersion: "encoder-v1",
    modelId,
    fingerprint,
    dimensions,
    supports: { inputs, maxBatch },
    doEncode,
    dispose: async () => {
      isDisposed = true;
      await settings.dispose();
    },
  };
}

function addRows(
  sum: Float32Array,
  rows: Float32Array,
  items: readonly TowerItem<unknown>[],
  dimensions: number,
): void {
  for (const [row, { index }] of items.entries()) {
    for (let axis = 0; axis < dimensions; axis += 1) {
      sum[index * dimensions + axis]! += rows[row * dimensions + axis]!;
    }
  }
}

function normalise(row: Float32Array, modelId: string, index: number): void {
  const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  if (!Number.isFinite(norm) || norm === 0) {
    throw new MegaPairsError(
      "invalid-output",
      `${modelId} gave features of norm ${norm} for input ${index}, expected a finite one above 0`,
      { details: { index } },
    );
  }
  for (let axis = 0; axis < row.length; axis += 1) row[axis]! /= norm;
}
