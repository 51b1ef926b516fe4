import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadOnnxEncoder } from "@megapairs/encoder-onnx";
import type { EncoderInput, EncoderV1 } from "@megapairs/spec";
import type { Combination } from "@megapairs/scenes";
import { createObjectsCorpus, splitCombinations } from "@megapairs/scenes";
import { runCommand } from "./run-command.ts";
import { writePictures } from "./write-pictures.ts";

/** Settings of {@link captionsExperiment}. */
export interface CaptionsSettings {
  /** Where everything is written; what is there is used again. */
  readonly folder: string;
  readonly pictures: number;
  readonly steps: number;
  readonly seed: number;
  readonly threads: number;
}

/** Of renderings and wordings that are not trained on. */
const OTHER_SEED = 1_000_000;

/**
 * Trains a small CLIP from scratch on pictures of one object, by `megapairs train`, and asks the
 * exported ONNX encoder for captions of pairs of colour and shape that it was never shown together.
 */
export async function captionsExperiment(settings: CaptionsSettings): Promise<object> {
  const { folder, pictures, steps, seed, threads } = settings;
  const corpus = createObjectsCorpus({ images: pictures, seed });
  const captions = await writePictures(join(folder, "pictures"), corpus);
  const config = join(folder, "train.json");
  const out = join(folder, "run");
  await writeFile(
    config,
    JSON.stringify({
      out,
      model: { initial: "clip-tiny", tokenizer: "from-data" },
      data: { captions },
      batch: 128,
      chunk: 128,
      sequence: 24,
      temperature: "learned",
      direction: "both",
      steps,
      warmup: Math.ceil(steps / 20),
      learningRate: 1e-3,
      decay: "cosine",
      weightDecay: 0.1,
      betas: [0.9, 0.98],
      averageDecay: 0.99,
      seed,
      threads,
      checkpoints: { every: 200, keep: 1 },
    }),
  );
  await runCommand(["train", config]);
  const encoder = await loadOnnxEncoder({ model: join(out, "model"), threads });
  try {
    const { trained, heldOut } = splitCombinations();
    const all = [...heldOut, ...trained];
    const asked = createObjectsCorpus({
      images: all.length,
      seed: OTHER_SEED + seed,
      combinations: all,
    });
    const textInputs: EncoderInput[] = [];
    const imageInputs: EncoderInput[] = [];
    for await (const entry of asked.read({ start: 0, end: all.length })) {
      const image = { type: "bytes", bytes: await entry.read(), mediaType: "image/jpeg" } as const;
      textInputs.push({ type: "text", text: entry.caption ?? "" });
      imageInputs.push({ type: "image", image });
    }
    const texts = await encode(encoder, textInputs);
    const images = await encode(encoder, imageInputs);
    const score = (some: readonly Combination[]): object => {
      const rows = some.map((each) => all.indexOf(each));
      const share = (from: readonly Float32Array[], to: readonly Float32Array[]): number =>
        rows.filter((row) => nearest(to, from[row]!) === row).length / rows.length;
      return {
        imageToText: share(images, texts),
        textToImage: share(texts, images),
        queries: rows.length,
      };
    };
    return {
      heldOut: score(heldOut),
      trained: score(trained),
      gallery: all.length,
      chance: 1 / all.length,
      settings,
    };
  } finally {
    await encoder.dispose?.();
  }
}

async function encode(
  encoder: EncoderV1,
  inputs: readonly EncoderInput[],
): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  const { dimensions } = encoder;
  const { maxBatch } = encoder.supports;
  for (let start = 0; start < inputs.length; start += maxBatch) {
    const batch = inputs.slice(start, start + maxBatch);
    const { embeddings } = await encoder.doEncode({ inputs: batch, role: "query" });
    for (let row = 0; row < batch.length; row += 1) {
      rows.push(embeddings.slice(row * dimensions, (row + 1) * dimensions));
    }
  }
  return rows;
}

/** Row of the highest cosine; the first of equal ones. */
function nearest(rows: readonly Float32Array[], query: Float32Array): number {
  let best = -1;
  let highest = -Infinity;
  for (const [row, vector] of rows.entries()) {
    const cosine = vector.reduce((sum, value, axis) => sum + value * (query[axis] ?? 0), 0);
    if (cosine > highest) [best, highest] = [row, cosine];
  }
  return best;
}
