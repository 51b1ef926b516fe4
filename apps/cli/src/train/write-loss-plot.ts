import { basename, dirname } from "node:path";
import { lossPlot } from "@megapairs/report";
import { readMetrics } from "@megapairs/train";
import { writeOutputFile } from "../output-file.ts";
import type { TrainingPaths } from "./training-paths.ts";

/** Draws what a run's metrics say so far; leaves the plot as it is where there are none. */
export async function writeLossPlot({
  metrics,
  plot,
}: Pick<TrainingPaths, "metrics" | "plot">): Promise<void> {
  const records = await readMetrics(metrics);
  if (records.length > 0) await writeOutputFile(plot, lossPlot(records, basename(dirname(plot))));
}
