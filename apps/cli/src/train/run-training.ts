import { lockRun } from "@megapairs/run";
import { createBatchLoader, createClipCollate, createTrainer, train } from "@megapairs/train";
import type { BatchLoader, SampleSet } from "@megapairs/train";
import type { TrainConfig } from "../config/train-config.ts";
import { holdOpen } from "../hold-open.ts";
import { makeDirectory } from "../output-file.ts";
import { estimateRun, refuseTooLarge } from "./estimate-run.ts";
import { exportTraining } from "./export-training.ts";
import type { ExportedModel } from "./export-training.ts";
import { openSamples } from "./open-samples.ts";
import { openStart } from "./open-start.ts";
import type { TrainingStart } from "./open-start.ts";
import { planTraining } from "./plan-training.ts";
import type { TrainingPlan } from "./plan-training.ts";
import { createTrainingJournal } from "./training-journal.ts";
import type { TrainingOutcome } from "./training-journal.ts";
import { trainingPaths } from "./training-paths.ts";
import { createTrainingReport } from "./training-report.ts";
import { writeRunFiles } from "./write-run-files.ts";

/** Options of {@link runTraining}. */
export interface RunTrainingOptions {
  readonly config: TrainConfig;
  /** Train although the estimate exceeds the memory. */
  readonly force: boolean;
  /** Progress as JSON lines. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** What a training run did. */
export interface TrainingResult extends TrainingOutcome, ExportedModel {
  readonly out: string;
  readonly steps: number;
  readonly plot: string;
}

/**
 * Trains, or goes on, in the folder that settings name, then exports the model. All that can be wrong
 * with settings, data and memory is found before the first step.
 */
export async function runTraining(options: RunTrainingOptions): Promise<TrainingResult> {
  const { config, force, json, signal } = options;
  const report = createTrainingReport({ json });
  await makeDirectory(config.out);
  return await holdOpen(async (hold) => {
    const lock = await lockRun(config.out);
    hold(() => lock.release());
    const samples = await openSamples(config, { onReject: report.damaged, signal });
    hold(() => samples.close());
    const start = await openStart(config, samples);
    const plan = await planTraining(config, samples, start);
    if (!force) refuseTooLarge(await estimateRun(config, plan), plan);
    const parts = { samples, start, plan };
    const loader = openLoader(config, parts);
    hold(() => loader.close());
    const trained = await takeSteps(options, { ...parts, loader });
    const exported = await exportTraining({ out: config.out });
    const { plot } = trainingPaths(config.out);
    return { out: config.out, steps: plan.steps, ...trained, plot, ...exported };
  });
}

/** What settings, data and model come to. */
interface RunParts {
  readonly samples: SampleSet;
  readonly start: TrainingStart;
  readonly plan: TrainingPlan;
}

function openLoader(config: TrainConfig, { samples, start, plan }: RunParts): BatchLoader {
  const { batch: batchSize, texts: textsPerSample, seed, falseNegatives, workers } = config;
  return createBatchLoader({
    samples,
    batchSize,
    textsPerSample,
    hardNegatives: plan.hardNegatives,
    seed,
    preprocessing: start.preprocessing,
    falseNegatives,
    workers,
    cacheBytes: plan.cacheBytes,
    collate: createClipCollate({
      towers: start.model.towers,
      tokenize: (texts) => start.tokenizer.encode(texts),
      pixelType: "uint8",
    }),
  });
}

/** Opens the trainer and takes the steps that are left; it is closed again when this ends. */
async function takeSteps(
  { config, json, signal }: RunTrainingOptions,
  parts: RunParts & { readonly loader: BatchLoader },
): Promise<TrainingOutcome> {
  const { loader, start, plan } = parts;
  const { accumulation, checkpoints } = config;
  const paths = trainingPaths(config.out);
  return await holdOpen(async (hold) => {
    const journal = createTrainingJournal({ paths, plan, every: checkpoints.every, json });
    hold(() => journal.close());
    const trainer = await createTrainer(plan.trainer);
    hold(() => trainer.dispose());
    await train({
      trainer,
      loader,
      steps: plan.steps,
      accumulation,
      checkpoints: { folder: paths.checkpoints, ...checkpoints },
      facts: plan.facts,
      signal,
      async onStart(stepsDone) {
        await writeRunFiles(paths, config, start);
        await journal.start(stepsDone);
      },
      onStep: journal.step,
      onReject: journal.reject,
      onDamage: journal.damage,
    });
    return await journal.end();
  });
}
