import { createProgress } from "@megapairs/run";
import type { StageProgress } from "@megapairs/run";
import type { RejectRecord } from "@megapairs/spec";
import type { StepRecord } from "@megapairs/train";
import type { TrainingPlan } from "./plan-training.ts";
import { openTrainingLogs } from "./training-logs.ts";
import type { TrainingLogs } from "./training-logs.ts";
import type { TrainingPaths } from "./training-paths.ts";
import { createTrainingReport } from "./training-report.ts";
import { writeLossPlot } from "./write-loss-plot.ts";

/** What a run did so far. */
export interface TrainingOutcome {
  /** Steps that were done before. */
  readonly resumed: number;
  /** Samples and hard negatives that were left out since, each once. */
  readonly rejects: number;
  /** Of the last step; null where none was taken. */
  readonly metrics: StepRecord | null;
}

/** Keeps the logs, the plot and the progress of a run; its methods are the hooks of `train`. */
export interface TrainingJournal {
  /** Opens the logs to go on after so many steps. */
  readonly start: (stepsDone: number) => Promise<void>;
  readonly reject: (reject: RejectRecord) => void;
  readonly step: (record: StepRecord) => Promise<void>;
  readonly damage: (checkpoint: string, reason: string) => void;
  /** The run is done. */
  end(): Promise<TrainingOutcome>;
  /** Closes the logs; a run that is not done leaves its last state on a line. */
  close(): Promise<void>;
}

/** Settings of {@link createTrainingJournal}. */
export interface TrainingJournalSettings {
  readonly paths: TrainingPaths;
  readonly plan: Pick<TrainingPlan, "steps" | "samplesPerStep" | "hardNegatives">;
  /** Steps from one plot to the next. */
  readonly every: number;
  readonly json: boolean;
}

/** Creates a {@link TrainingJournal}. */
export function createTrainingJournal(settings: TrainingJournalSettings): TrainingJournal {
  const { paths, plan, every, json } = settings;
  const report = createTrainingReport({ json });
  const met: RejectRecord[] = [];
  let logs: TrainingLogs | undefined;
  let progress: StageProgress | undefined;
  let outcome: TrainingOutcome = { resumed: 0, rejects: 0, metrics: null };

  return {
    async start(stepsDone) {
      outcome = { ...outcome, resumed: stepsDone };
      logs = await openTrainingLogs(paths, stepsDone);
      const resumedItems = stepsDone * plan.samplesPerStep;
      const total = plan.steps * plan.samplesPerStep;
      progress = createProgress({ json }).stage("train", total, { resumedItems });
    },
    reject(reject) {
      met.push(reject);
    },
    async step(record) {
      const fresh = (await logs?.step(record, met.splice(0))) ?? 0;
      outcome = { ...outcome, rejects: outcome.rejects + fresh, metrics: record };
      report.step(record, plan.hardNegatives);
      if (fresh > 0) progress?.reject(fresh);
      progress?.advance(record.samples);
      if (record.step % every !== 0) return;
      await writeLossPlot(paths);
      report.checkpoint(record, plan.steps);
    },
    damage: report.damage,
    async end() {
      await writeLossPlot(paths);
      progress?.end();
      progress = undefined;
      return outcome;
    },
    async close() {
      progress?.stop();
      await logs?.close();
    },
  };
}
