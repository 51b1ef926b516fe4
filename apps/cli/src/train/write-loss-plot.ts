import { basename, dirname } from "node:path";
import { readMetrics } from "@megapairs/train";
import { writeOutputFile } from "../output-file.ts";
import type { TrainingPaths } from "./training-paths.ts";

/** Draws what a run's metrics say so far; leaves the plot as it is where there are none. */
export async function writeLossPlot({
  metrics,
  plot,
}: Pick<TrainingPaths, "metrics" | "plot">): Promise<void> {
  const records = await readMetrics(metrics);
  if (records.length === 0) return;
  // Charts take a quarter of a second to load: no other command waits for them.
  const { lossPlot } = await import("@megapairs/report");
  await writeOutputFile(plot, lossPlot(records, basename(dirname(plot))));
}
