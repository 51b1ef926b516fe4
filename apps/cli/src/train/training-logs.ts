import type { RejectRecord } from "@megapairs/spec";
import { openMetricsLog } from "@megapairs/train";
import type { StepRecord } from "@megapairs/train";
import { openRejectsLog } from "./rejects-log.ts";
import type { TrainingPaths } from "./training-paths.ts";

/** Metrics and rejects of a run, on disk. */
export interface TrainingLogs {
  /** Writes a step and what was rejected on the way to it. Gives how many rejects are new. */
  step(record: StepRecord, met: readonly RejectRecord[]): Promise<number>;
  close(): Promise<void>;
}

/** Opens both files to go on after `stepsDone` steps. */
export async function openTrainingLogs(
  paths: Pick<TrainingPaths, "metrics" | "rejects">,
  stepsDone: number,
): Promise<TrainingLogs> {
  const metrics = await openMetricsLog(paths.metrics, stepsDone);
  const rejects = await openRejectsLog(paths.rejects, stepsDone);
  return {
    async step(record, met) {
      const fresh = await rejects.append(record.step, met);
      await metrics.append(record);
      return fresh;
    },
    async close() {
      await metrics.close();
      await rejects.close();
    },
  };
}
