import { MegaPairsError } from "@megapairs/spec";

/** How the learning rate goes over a run. */
export interface Schedule {
  /** The highest learning rate. The paper: 5e-6. */
  readonly peak: number;
  /** Steps of the run. */
  readonly steps: number;
  /** Steps in which it rises from 0, linearly. Not stated in the paper. */
  readonly warmup: number;
  /** How it falls afterwards, down to 0 after the last step. The paper: linear. */
  readonly decay: "linear" | "cosine" | "constant";
}

/**
 * The learning rate of the step after `stepsDone` steps: `peak · (stepsDone + 1) / warmup` while
 * warming up, as transformers' schedules but one step ahead, so that the first step moves; then
 * `peak` times what is left of 1.
 */
export function learningRate(schedule: Schedule, stepsDone: number): number {
  const { peak, steps, warmup, decay } = schedule;
  if (stepsDone < warmup) return (peak * (stepsDone + 1)) / warmup;
  const progress = Math.min(1, (stepsDone - warmup) / Math.max(1, steps - warmup));
  if (decay === "linear") return peak * (1 - progress);
  if (decay === "cosine") return (peak * (1 + Math.cos(Math.PI * progress))) / 2;
  return peak;
}

/** Throws `invalid-argument` for a schedule that makes no sense. */
export function checkSchedule({ peak, steps, warmup }: Schedule): void {
  if (!(peak > 0) || !Number.isInteger(steps) || steps < 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `the schedule has a learning rate of ${peak} and ${steps} steps, expected both above 0`,
    );
  }
  if (!Number.isInteger(warmup) || warmup < 0 || warmup > steps) {
    throw new MegaPairsError(
      "invalid-argument",
      `the schedule warms up for ${warmup} of ${steps} steps, expected 0 to ${steps}`,
    );
  }
}
