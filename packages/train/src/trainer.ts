import { MegaPairsError } from "@megapairs/spec";
import type { TowerModel } from "@megapairs/towers";
import type { TrainingBatch } from "./data/training-batch.ts";
import type { ParameterMemory } from "./memory/parameter-memory.ts";
import { createParameterMemory } from "./memory/parameter-memory.ts";
import type { AdamWOptions } from "./optimise/adamw-options.ts";
import { defaultAdamW } from "./optimise/adamw-options.ts";
import { createBlockOptimiser } from "./optimise/block-optimiser.ts";
import type { Schedule } from "./optimise/schedule.ts";
import { checkSchedule, learningRate } from "./optimise/schedule.ts";
import { createCachedPass } from "./pass/create-cached-pass.ts";
import { createWholePass } from "./pass/create-whole-pass.ts";
import type { GradientPassSettings } from "./pass/gradient-pass.ts";
import { LOGIT_SCALE } from "./pass/gradient-pass.ts";

/** Settings of {@link createTrainer}. Defaults are the paper's where it states them (PAPER §6). */
export interface TrainerSettings
  extends
    Pick<GradientPassSettings, "capacity" | "normalize" | "session">,
    Partial<Pick<GradientPassSettings, "temperature" | "direction" | "recompute" | "dimensions">> {
  readonly model: TowerModel;
  /** Names of the weights to train. Default: all that the towers read. */
  readonly trained?: readonly string[] | undefined;
  /**
   * Rows that go through a tower at once, as GradCache does it; memory follows it, not the batch.
   * Left out: the whole batch at once, which saves a third of the work.
   */
  readonly chunk?: number | undefined;
  readonly schedule: Schedule;
  /** Default: those of torch. */
  readonly adamW?: Partial<AdamWOptions> | undefined;
  /** Scales gradients down to this L2 norm where they are above. Default 1; Infinity: never. */
  readonly clipNorm?: number | undefined;
  /** Share of an average of the weights that a step keeps: 0.9995. Default: none is kept. */
  readonly averageDecay?: number | undefined;
  /** Told when the gradients of a step are there and the optimiser's turn comes: to measure by. */
  readonly onGradients?: (() => void) | undefined;
}

/** What one step did. */
export interface StepResult {
  /** Steps done, this one included. */
  readonly step: number;
  /** Mean over the batches of the step. */
  readonly loss: number;
  /** Share of queries whose positive scored highest in its batch. */
  readonly accuracy: number;
  /** L2 norm of the gradients before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly temperature: number;
}

/** Trains the weights of a model, one step at a time. */
export interface Trainer {
  readonly memory: ParameterMemory;
  /** Steps done. */
  readonly steps: number;
  /**
   * One step over one batch, or over several whose gradients are averaged.
   *
   * Rejects with `invalid-output` where the loss or the gradients are not finite, naming the samples;
   * weights and moments are then those of the step before.
   */
  step(batches: readonly TrainingBatch[], signal?: AbortSignal): Promise<StepResult>;
  /** Goes on after so many steps, the memory having been filled with their weights and moments. */
  resume(steps: number): void;
  dispose(): Promise<void>;
}

/** CLIP never lets its learned temperature fall below this (arXiv 2103.00020, §2.5). */
const LOWEST_TEMPERATURE = 0.01;

/** Opens the sessions that train a model. Its own arrays are not changed: the memory holds copies. */
export async function createTrainer(settings: TrainerSettings): Promise<Trainer> {
  const { model, schedule, chunk, clipNorm = 1, averageDecay, session } = settings;
  const { temperature = 0.02, direction = "query-to-candidate" } = settings;
  checkSchedule(schedule);
  checkTemperature(temperature, model);
  if (chunk !== undefined && !(Number.isInteger(chunk) && chunk >= 1)) {
    throw new MegaPairsError(
      "invalid-argument",
      `chunk is ${chunk}, expected a whole number of at least 1`,
    );
  }
  const read = [...new Set(model.towers.flatMap(({ weightNames }) => weightNames))];
  const scale = temperature === "learned" ? [LOGIT_SCALE] : [];
  const memory = createParameterMemory({
    weights: model.weights,
    trained: settings.trained ?? [...read, ...scale],
    hasAverage: averageDecay !== undefined,
  });
  const passSettings: GradientPassSettings = {
    towers: model.towers,
    memory,
    capacity: settings.capacity,
    dimensions: settings.dimensions ?? {},
    temperature,
    direction,
    recompute: settings.recompute ?? false,
    normalize: settings.normalize,
    session,
  };
  const pass =
    chunk === undefined
      ? await createWholePass(passSettings)
      : await createCachedPass({ ...passSettings, chunk });
  const optimiser = await createBlockOptimiser({
    memory,
    averageDecay,
    ...defaultAdamW,
    ...settings.adamW,
    threads: session?.threads,
  });
  const logitScale = memory.weights.get(LOGIT_SCALE)?.data;
  let steps = 0;

  const temperatureNow = (): number =>
    temperature === "learned" ? Math.exp(-Number(logitScale?.[0] ?? 0)) : temperature;

  return {
    memory,
    get steps() {
      return steps;
    },
    async step(batches, signal) {
      memory.flat.gradients.fill(0);
      let loss = 0;
      let accuracy = 0;
      for (const batch of batches) {
        const result = await pass.run(batch, signal);
        loss += result.loss / batches.length;
        accuracy += result.accuracy / batches.length;
      }
      settings.onGradients?.();
      const norm = (await optimiser.gradientNorm(signal)) / batches.length;
      if (!Number.isFinite(loss) || !Number.isFinite(norm))
        throw diverged(steps, loss, norm, batches);
      const rate = learningRate(schedule, steps);
      const clip = Math.min(1, clipNorm / (norm + 1e-6));
      await optimiser.step({
        stepsDone: steps,
        learningRate: rate,
        gradientScale: clip / batches.length,
        // An optimiser step that ended half way would leave weights of two steps.
      });
      if (scale.length > 0 && logitScale instanceof Float32Array) {
        logitScale[0] = Math.min(logitScale[0] ?? 0, -Math.log(LOWEST_TEMPERATURE));
      }
      steps += 1;
      return {
        step: steps,
        loss,
        accuracy,
        gradientNorm: norm,
        learningRate: rate,
        temperature: temperatureNow(),
      };
    },
    resume(done) {
      steps = done;
    },
    async dispose() {
      await Promise.all([pass.dispose(), optimiser.dispose()]);
    },
  };
}

function checkTemperature(temperature: number | "learned", { weights }: TowerModel): void {
  if (temperature === "learned" ? weights.has(LOGIT_SCALE) : temperature > 0) return;
  throw new MegaPairsError(
    "invalid-argument",
    temperature === "learned"
      ? `a learned temperature needs the weight "${LOGIT_SCALE}", which the model does not have`
      : `the temperature is ${temperature}, expected a number above 0`,
  );
}

const SAMPLES_NAMED = 8;

function diverged(
  steps: number,
  loss: number,
  norm: number,
  batches: readonly TrainingBatch[],
): MegaPairsError {
  const ids = batches.flatMap(({ sampleIds }) => sampleIds);
  const named = ids.slice(0, SAMPLES_NAMED).join(", ");
  const more = ids.length > SAMPLES_NAMED ? ` and ${ids.length - SAMPLES_NAMED} more` : "";
  return new MegaPairsError(
    "invalid-output",
    `step ${steps + 1} gave a loss of ${loss} and a gradient norm of ${norm}, expected finite numbers; its samples: ${named}${more}`,
    { details: { step: steps + 1 } },
  );
}
