import { stat } from "node:fs/promises";
import { join } from "node:path";
import { openCaptionFile, openTripletFile } from "@megapairs/dataset";
import { MegaPairsError } from "@megapairs/spec";
import type { RejectRecord } from "@megapairs/spec";
import type { SampleSet } from "@megapairs/train";
import type { TrainConfig } from "../config/train-config.ts";
import { embeddedCorpus } from "../choose/embedded-corpus.ts";
import { createCorpusSamples } from "./corpus-samples.ts";

/** Options of {@link openSamples}. */
export interface OpenSamplesOptions {
  /** Takes what of archives cannot be used. */
  readonly onReject: (reject: RejectRecord) => void;
  readonly signal: AbortSignal;
}

const DATASET = "megapairs.jsonl";

/**
 * The examples that settings name. `invalid-argument` where they are not there, are none, or are
 * fewer than a batch.
 */
export async function openSamples(
  { data, seed, batch }: Pick<TrainConfig, "data" | "seed" | "batch">,
  options: OpenSamplesOptions,
): Promise<SampleSet> {
  const { samples, place } = await open(data, seed, options);
  const { count } = samples;
  if (count >= batch) return samples;
  await samples.close();
  throw new MegaPairsError(
    "invalid-argument",
    count === 0
      ? `${place} holds no examples, expected at least a batch of ${batch}.`
      : `${place} holds ${count} examples, expected at least the ${batch} of a batch: lower batch, or accumulate several.`,
  );
}

async function open(
  { triplets, captions, images, relations }: TrainConfig["data"],
  seed: number,
  options: OpenSamplesOptions,
): Promise<{ readonly samples: SampleSet; readonly place: string }> {
  if (captions !== undefined) {
    const corpus = embeddedCorpus(captions, seed);
    if (corpus !== undefined)
      return { samples: await createCorpusSamples(corpus), place: captions };
    const settings = { jsonl: captions, imageRoot: images, ...options };
    return { samples: await openCaptionFile(settings), place: captions };
  }
  const jsonl = await findDataset(triplets ?? "");
  return {
    samples: await openTripletFile({ jsonl, imageRoot: images, relations, ...options }),
    place: jsonl,
  };
}

/** The dataset at a path: the file, or `megapairs.jsonl` in the folder or in its `export`. */
async function findDataset(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return path;
  for (const place of [join(path, DATASET), join(path, "export", DATASET)]) {
    if ((await stat(place).catch(() => undefined)) !== undefined) return place;
  }
  throw new MegaPairsError(
    "invalid-argument",
    `${path} holds no ${DATASET}, neither itself nor in export.`,
  );
}
