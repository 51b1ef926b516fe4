import { join } from "node:path";
import { configAsJson } from "../config/load-config.ts";
import type { TrainConfig } from "../config/train-config.ts";
import { writeOutputFile } from "../output-file.ts";
import { version } from "../version.ts";
import { writeModelFiles } from "./model-files.ts";
import type { TrainingStart } from "./open-start.ts";
import type { TrainingPaths } from "./training-paths.ts";

/** Writes what a run is to go on and to be exported from: its settings, and the small files it began with. */
export async function writeRunFiles(
  { settings, start: folder }: TrainingPaths,
  config: TrainConfig,
  start: TrainingStart,
): Promise<void> {
  await writeModelFiles(folder, start.files);
  await writeOutputFile(join(folder, "config.json"), toJson(start.base.config));
  const { out: _, ...others } = config;
  const run = { createdBy: { megapairs: version }, settings: configAsJson(others) };
  await writeOutputFile(settings, toJson(run));
}

function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
