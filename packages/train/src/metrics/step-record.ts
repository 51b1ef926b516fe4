import { z } from "zod";
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

const schema: z.ZodType<StepRecord> = z.object({
  step: z.int().positive(),
  loss: z.number(),
  accuracy: z.number(),
  gradientNorm: z.number(),
  learningRate: z.number(),
  temperature: z.number(),
  epoch: z.int().nonnegative(),
  samples: z.int().nonnegative(),
  samplesPerSecond: z.number(),
  missingHardNegatives: z.int().nonnegative(),
  rejects: z.int().nonnegative(),
});

/** The record in a line of a metrics file; undefined where the line is none, such as half of one. */
export function parseStepRecord(line: string): StepRecord | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
