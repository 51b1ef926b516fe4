import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createScenesCorpus } from "@megapairs/scenes";
import { parseTrainConfig } from "../../src/config/load-train-config.ts";
import type { TrainConfig } from "../../src/config/train-config.ts";
import { runTraining } from "../../src/train/run-training.ts";
import type { TrainingResult } from "../../src/train/run-training.ts";

/** A CLIP of 66 thousand parameters for pictures of 32 x 32. */
const SMALLEST = {
  model_type: "clip",
  projection_dim: 32,
  text_config: {
    vocab_size: 640,
    hidden_size: 32,
    intermediate_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 2,
  },
  vision_config: {
    image_size: 32,
    patch_size: 8,
    hidden_size: 32,
    intermediate_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 2,
  },
};

/** Writes the config of the smallest model; its path. */
export function writeSmallestConfig(directory: string): string {
  const file = join(directory, "smallest.json");
  writeFileSync(file, JSON.stringify(SMALLEST));
  return file;
}

/** Settings of a run that takes a second, as parsed from a file. */
export function smallRun(directory: string, changes: Record<string, unknown> = {}): TrainConfig {
  const settings = {
    out: join(directory, "run"),
    model: { config: join(directory, "smallest.json") },
    data: { captions: "scenes:48" },
    sequence: 16,
    batch: 4,
    steps: 6,
    learningRate: 1e-3,
    checkpoints: { every: 2 },
    threads: 1,
    workers: 1,
    ...changes,
  };
  return parseTrainConfig(settings, "the test");
}

/** Trains in this process. */
export function trainHere(
  config: TrainConfig,
  options: { readonly force?: boolean; readonly signal?: AbortSignal } = {},
): Promise<TrainingResult> {
  const { force = false, signal = new AbortController().signal } = options;
  return runTraining({ config, force, json: true, signal });
}

/** Writes a dataset in the released format: scenes as loose files, a triplet for each. Its folder. */
export async function writeTriplets(
  directory: string,
  { count, hardNegatives }: { readonly count: number; readonly hardNegatives: number },
): Promise<string> {
  const folder = join(directory, `triplets-${count}-${hardNegatives}`);
  mkdirSync(join(folder, "images"), { recursive: true });
  const corpus = createScenesCorpus({ images: count, seed: 3, size: 48 });
  const captions: string[] = [];
  for await (const entry of corpus.read({ start: 0, end: count })) {
    writeFileSync(join(folder, imageAt(captions.length)), await entry.read());
    captions.push(entry.caption ?? "");
  }
  const lines = captions.map((caption, index) => ({
    q_img: imageAt(index),
    q_text: [`Show me ${caption}`, caption],
    t_img: imageAt((index + 1) % count),
    hns: Array.from({ length: hardNegatives }, (_, at) => imageAt((index + 2 * at) % count)),
  }));
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(join(folder, "megapairs.jsonl"), text);
  return folder;
}

/** Path of an image in the dataset. */
export function imageAt(index: number): string {
  return `images/${String(index).padStart(3, "0")}.jpg`;
}
