import { openRunDatabase } from "@megapairs/dataset";
import type { RunDatabase } from "@megapairs/dataset";
import { readManifest } from "@megapairs/run";
import type { RunRecord } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import { runPaths } from "./run-paths.ts";

/** A run opened to be looked at. */
export interface OpenedRun {
  readonly record: RunRecord;
  readonly database: RunDatabase;
}

/** Opens a run directory read-only. `invalid-argument` where there is none. */
export async function openRun(directory: string): Promise<OpenedRun> {
  const record = await readManifest(directory);
  if (record === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `${directory} is not a run directory: it has no run.json.`,
    );
  }
  return {
    record,
    database: await openRunDatabase(runPaths(directory).database, { readOnly: true }),
  };
}
