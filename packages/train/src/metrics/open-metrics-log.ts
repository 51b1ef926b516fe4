import { open, readFile, rename, writeFile } from "node:fs/promises";
import { parseStepRecord } from "./step-record.ts";
import type { StepRecord } from "./step-record.ts";

/** A JSON Lines file that a run writes its metrics into, a line for each step. */
export interface MetricsLog {
  append(record: StepRecord): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a metrics file to go on after `stepsDone` steps: lines of later steps, of a run that was
 * killed after its last checkpoint, and half lines are taken away.
 */
export async function openMetricsLog(file: string, stepsDone: number): Promise<MetricsLog> {
  const kept = (await readLines(file)).filter(({ record }) => record.step <= stepsDone);
  await writeFile(`${file}.tmp`, kept.map(({ line }) => `${line}\n`).join(""));
  await rename(`${file}.tmp`, file);
  const handle = await open(file, "a");
  return {
    async append(record) {
      await handle.write(`${JSON.stringify(record)}\n`);
    },
    close: () => handle.close(),
  };
}

/** The records of a metrics file, in order; none where there is no file. Half lines are left out. */
export async function readMetrics(file: string): Promise<StepRecord[]> {
  return (await readLines(file)).map(({ record }) => record);
}

async function readLines(
  file: string,
): Promise<{ readonly line: string; readonly record: StepRecord }[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    const record = parseStepRecord(line);
    return record === undefined ? [] : [{ line, record }];
  });
}
