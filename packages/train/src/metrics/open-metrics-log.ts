import { open, readFile, rename, writeFile } from "node:fs/promises";
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
  const kept = (await readMetrics(file)).filter(({ step }) => step <= stepsDone);
  await writeFile(`${file}.tmp`, kept.map(lineOf).join(""));
  await rename(`${file}.tmp`, file);
  const handle = await open(file, "a");
  return {
    async append(record) {
      await handle.write(lineOf(record));
    },
    close: () => handle.close(),
  };
}

/** The records of a metrics file, in order; none where there is no file. Half lines are left out. */
export async function readMetrics(file: string): Promise<StepRecord[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as StepRecord];
    } catch {
      return [];
    }
  });
}

function lineOf(record: StepRecord): string {
  return `${JSON.stringify(record)}\n`;
}
