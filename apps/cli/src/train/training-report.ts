import { formatCount } from "@megapairs/run";
import type { RejectRecord } from "@megapairs/spec";
import type { StepRecord } from "@megapairs/train";

/** Says on standard error what people should know while a run trains. */
export interface TrainingReport {
  /** A checkpoint is damaged. */
  readonly damage: (checkpoint: string, reason: string) => void;
  /** Something in an archive cannot be used. */
  readonly damaged: (reject: RejectRecord) => void;
  /** A step is done: hard negatives that are missing are said once. */
  readonly step: (record: StepRecord, hardNegatives: number) => void;
  /** A checkpoint is about to be written. */
  readonly checkpoint: (record: StepRecord, steps: number) => void;
}

/** Creates a {@link TrainingReport}: lines for people, or with `json` events. */
export function createTrainingReport({ json }: { readonly json: boolean }): TrainingReport {
  let isWarned = false;
  const isTerminal = process.stderr.isTTY && !json;
  const say = (event: string, facts: object, text: string): void => {
    const line = json ? JSON.stringify({ event, ...facts }) : text;
    process.stderr.write(`${isTerminal ? "\r\u001B[2K" : ""}${line}\n`);
  };
  return {
    damage(checkpoint, reason) {
      say("damage", { checkpoint, reason }, `Passed over ${checkpoint}: ${reason}.`);
    },
    damaged({ item, code, reason }) {
      say("reject", { item, code, reason }, `${item}: ${reason}`);
    },
    step({ step, missingHardNegatives, samples }, hardNegatives) {
      if (isWarned || missingHardNegatives === 0) return;
      isWarned = true;
      say(
        "missing-hard-negatives",
        { step, missing: missingHardNegatives, asked: samples * hardNegatives },
        `Step ${step} had ${formatCount(missingHardNegatives)} hard negatives less than the ${formatCount(samples * hardNegatives)} asked for: the data have fewer. Later ones are counted in metrics.jsonl.`,
      );
    },
    checkpoint({ step, loss, accuracy, learningRate, gradientNorm }, steps) {
      say(
        "checkpoint",
        { step, steps, loss, accuracy, learningRate, gradientNorm },
        `step ${formatCount(step)} of ${formatCount(steps)}   loss ${loss.toFixed(4)}   accuracy ${(100 * accuracy).toFixed(1)} %   gradient norm ${gradientNorm.toPrecision(3)}   learning rate ${learningRate.toPrecision(3)}`,
      );
    },
  };
}
