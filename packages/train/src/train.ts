import type { JsonValue, RejectRecord } from "@megapairs/spec";
import { loadCheckpoint } from "./checkpoint/load-checkpoint.ts";
import { saveCheckpoint } from "./checkpoint/save-checkpoint.ts";
import type { BatchLoader, LoadedBatch } from "./data/batch-loader.ts";
import type { LoaderPosition } from "./data/loader-position.ts";
import type { StepRecord } from "./metrics/step-record.ts";
import type { Trainer } from "./trainer.ts";

/** Settings of {@link train}. */
export interface TrainSettings {
  readonly trainer: Trainer;
  readonly loader: BatchLoader;
  /** Steps of the run, those done before included. */
  readonly steps: number;
  /** Batches whose gradients make one step. Default 1. */
  readonly accumulation?: number | undefined;
  readonly checkpoints: {
    /** Made where there is none; a run goes on from the newest in it. */
    readonly folder: string;
    /** Steps from one to the next. */
    readonly every: number;
    /** How many of the newest stay. Default 2. */
    readonly keep?: number | undefined;
  };
  /** All that decides the weights, for people to read: a run goes on under equal facts only. */
  readonly facts: Readonly<Record<string, JsonValue>>;
  /** Told once, before the first step, how many are done. */
  readonly onStart?: ((stepsDone: number) => Promise<void> | void) | undefined;
  /** Told of each step. */
  readonly onStep?: ((record: StepRecord) => Promise<void> | void) | undefined;
  /** Told of each sample that was skipped and each hard negative that was left out. */
  readonly onReject?: ((reject: RejectRecord) => void) | undefined;
  /** Told of a checkpoint that is damaged: the one before it is used. */
  readonly onDamage?: ((checkpoint: string, reason: string) => void) | undefined;
  /** Aborting saves a checkpoint of the last whole step, then rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Monotonic clock in milliseconds, for `samplesPerSecond` alone. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Trains until `steps` are done, from the newest checkpoint on where there is one. Stopped anywhere
 * and called again with the same, it ends with the weights of a run that was never stopped, bit for
 * bit. The weights are then in `trainer.memory`.
 *
 * Rejects as `Trainer.step` does where the loss is not finite, the last checkpoint being from before;
 * as the loader and `loadCheckpoint` do.
 */
export async function train(settings: TrainSettings): Promise<void> {
  const { trainer, loader, steps, accumulation = 1, checkpoints, signal } = settings;
  const { facts, onStep, onReject, now = () => performance.now() } = settings;
  const { memory } = trainer;
  const found = await loadCheckpoint({
    folder: checkpoints.folder,
    memory,
    facts,
    onDamage: settings.onDamage,
  });
  if (found !== undefined) trainer.resume(found.step);
  await settings.onStart?.(trainer.steps);
  if (trainer.steps >= steps) return;

  let saved = trainer.steps;
  let position = found?.position ?? START;
  const save = async (): Promise<void> => {
    if (saved === trainer.steps) return;
    const { folder, keep = 2 } = checkpoints;
    await saveCheckpoint({ folder, keep, memory, step: trainer.steps, position, facts });
    saved = trainer.steps;
  };

  let gathered: LoadedBatch[] = [];
  let began = now();
  try {
    for await (const loaded of loader.batches({ from: position, signal })) {
      for (const reject of loaded.rejects) onReject?.(reject);
      gathered.push(loaded);
      if (gathered.length < accumulation) continue;
      const result = await trainer.step(
        gathered.map(({ batch }) => batch),
        signal,
      );
      position = loaded.next;
      const samples = sum(gathered, ({ batch }) => batch.sampleIds.length);
      const ended = now();
      await onStep?.({
        ...result,
        epoch: position.epoch,
        samples,
        samplesPerSecond: (1000 * samples) / Math.max(ended - began, 1e-6),
        missingHardNegatives: sum(gathered, (each) => each.missingHardNegatives),
        rejects: sum(gathered, ({ rejects }) => rejects.length),
      });
      began = ended;
      gathered = [];
      if (trainer.steps % checkpoints.every === 0) await save();
      if (trainer.steps >= steps) break;
    }
  } catch (error) {
    if (signal?.aborted === true) await save();
    throw error;
  }
  await save();
}

const START: LoaderPosition = { epoch: 0, offset: 0 };

function sum(batches: readonly LoadedBatch[], of: (batch: LoadedBatch) => number): number {
  return batches.reduce((total, batch) => total + of(batch), 0);
}
