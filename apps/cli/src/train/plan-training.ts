import { availableParallelism } from "node:os";
import { createPixelNormalizer } from "@megapairs/train";
import type { SampleSet, TrainerSettings } from "@megapairs/train";
import { MegaPairsError } from "@megapairs/spec";
import type { JsonValue } from "@megapairs/spec";
import type { TrainConfig } from "../config/train-config.ts";
import type { TrainingStart } from "./open-start.ts";

/** A run, with everything that settings leave to the data and the model. */
export interface TrainingPlan {
  readonly steps: number;
  readonly hardNegatives: number;
  /** Queries in one step. */
  readonly samplesPerStep: number;
  readonly trainer: TrainerSettings;
  /** Most bytes of pictures that the loader keeps. */
  readonly cacheBytes: number;
  /** All that decides the weights: a run goes on under the same only. */
  readonly facts: Readonly<Record<string, JsonValue>>;
}

/** The paper's numbers of steps and hard negatives. */
const STEPS = 15_000;
const HARD_NEGATIVES = 4;
const TEMPERATURE = 0.02;
const CACHE = 256 * 2 ** 20;
const LOGIT_SCALE = "logit_scale";

/** Lines looked at to see whether the query image is a hard negative of each. */
const LINES_LOOKED_AT = 256;

/** Works out what settings mean for a data set and a model. */
export async function planTraining(
  config: TrainConfig,
  samples: SampleSet,
  start: TrainingStart,
): Promise<TrainingPlan> {
  const { batch, accumulation, chunk, recompute, device, threads, warmup, decay } = config;
  const isCaptions = config.data.captions !== undefined;
  const hardNegatives = config.hardNegatives ?? (isCaptions ? 0 : HARD_NEGATIVES);
  const temperature = config.temperature ?? (isCaptions ? "learned" : TEMPERATURE);
  const direction = config.direction ?? (isCaptions ? "both" : "query-to-candidate");
  const samplesPerStep = batch * accumulation;
  const steps =
    config.epochs === undefined
      ? (config.steps ?? STEPS)
      : Math.ceil((config.epochs * samples.count) / samplesPerStep);
  if (warmup > steps) {
    throw new MegaPairsError(
      "invalid-argument",
      `warmup is ${warmup} steps, expected at most the ${steps} of the run.`,
    );
  }
  const imagesPerQuery = isCaptions ? 1 + hardNegatives : await countImages(samples, hardNegatives);
  const capacity = {
    queries: batch,
    candidates: batch * (1 + hardNegatives),
    rows: { image: batch * imagesPerQuery, text: batch },
  };
  const isWhole = Math.max(capacity.rows.image, capacity.rows.text) <= chunk;
  const { weightDecay, betas, epsilon, learningRate, averageDecay, clipNorm } = config;
  const { width, height } = start.preprocessing;
  const trained = trainedNames(config, start, temperature === "learned");
  const facts: Record<string, JsonValue> = {
    model: start.facts,
    data: samples.fingerprint,
    batch,
    texts: config.texts,
    hardNegatives,
    accumulation,
    chunk: isWhole ? "whole" : chunk,
    temperature,
    direction,
    falseNegatives: config.falseNegatives,
    // A constant rate has no end: such a run may go on for longer than it was first told.
    ...(decay !== "constant" && { steps }),
    learningRate,
    warmup,
    decay,
    weightDecay,
    betas: [...betas],
    epsilon,
    clipNorm,
    averageDecay: averageDecay ?? null,
    train: JSON.parse(JSON.stringify(config.train)),
    sequence: start.sequence,
    seed: config.seed,
    device,
    // Matrix products of other numbers of threads differ in their last bits.
    threads: threads ?? availableParallelism(),
  };
  return {
    steps,
    hardNegatives,
    samplesPerStep,
    facts,
    cacheBytes: Math.min(CACHE, samples.count * imagesPerQuery * 3 * width * height),
    trainer: {
      model: start.model,
      trained,
      capacity,
      dimensions: { sequence: start.sequence },
      temperature,
      direction,
      recompute,
      chunk: isWhole ? undefined : chunk,
      normalize: createPixelNormalizer(start.preprocessing),
      schedule: { peak: learningRate, steps, warmup, decay },
      adamW: { betas, epsilon, weightDecay },
      clipNorm: clipNorm === "none" ? Infinity : clipNorm,
      averageDecay,
      session: { device, threads },
    },
  };
}

/**
 * Most images that a query brings: its positive and hard negatives, the query image among them, as it
 * is in MegaPairs. Other data may have it besides.
 */
async function countImages(samples: SampleSet, hardNegatives: number): Promise<number> {
  const stride = Math.ceil(samples.count / LINES_LOOKED_AT);
  for (let index = 0; index < samples.count; index += stride) {
    const sample = await samples.read(index).catch(() => undefined); // becomes a reject later
    if (sample?.queryImage === undefined) continue;
    if (sample.queryImage !== sample.hardNegativeImages[0]) return 2 + hardNegatives;
  }
  return 1 + Math.max(1, hardNegatives);
}

function trainedNames(
  { train }: TrainConfig,
  { model }: TrainingStart,
  isLearned: boolean,
): readonly string[] {
  const scale = isLearned ? [LOGIT_SCALE] : [];
  if ("trainable" in model) return [...model.trainable, ...scale];
  const frozen: readonly string[] = train === "all" || !("frozen" in train) ? [] : train.frozen;
  const towers = model.towers.filter(({ name }) => !frozen.includes(name));
  return [...new Set(towers.flatMap(({ weightNames }) => weightNames)), ...scale];
}
