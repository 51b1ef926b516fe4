import { join } from "node:path";
import { SETTINGS_FILE } from "../config/load-train-config.ts";

/** Where things lie in the folder of a training run. */
export interface TrainingPaths {
  /** Settings with their defaults. */
  readonly settings: string;
  /** Tokenizer and preprocessing that the run began with. */
  readonly start: string;
  readonly checkpoints: string;
  readonly metrics: string;
  readonly rejects: string;
  readonly plot: string;
  /** The exported model. */
  readonly model: string;
}

/** Where things lie in the folder of a training run. */
export function trainingPaths(out: string): TrainingPaths {
  return {
    settings: join(out, SETTINGS_FILE),
    start: join(out, "start"),
    checkpoints: join(out, "checkpoints"),
    metrics: join(out, "metrics.jsonl"),
    rejects: join(out, "rejects.jsonl"),
    plot: join(out, "loss.svg"),
    model: join(out, "model"),
  };
}
