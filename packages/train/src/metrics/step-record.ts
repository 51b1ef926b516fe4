import type { StepResult } from "../trainer.ts";

/** One line of a run's metrics. */
export interface StepRecord extends StepResult {
  /** Epochs begun, from 0, when the step ended. */
  readonly epoch: number;
  /** Queries trained on in this step. */
  readonly samples: number;
  /** Queries a second of this step, by the clock; waiting for data included. */
  readonly samplesPerSecond: number;
  /** Hard negatives that the queries of the step had less than asked for. */
  readonly missingHardNegatives: number;
  /** Samples skipped and hard negatives left out on the way. */
  readonly rejects: number;
}
