import { open, readFile, rename, writeFile } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";
import type { RejectRecord } from "@megapairs/spec";
import { z } from "zod";

/** A line of `rejects.jsonl`: what was rejected, and on the way to which step first. */
interface StepReject extends RejectRecord {
  readonly step: number;
}

/** A JSON Lines file of what a training run could not use, each once, in order. */
export interface RejectsLog {
  /** Writes those that were met on the way to a step and not before. Gives how many they are. */
  append(step: number, rejects: readonly RejectRecord[]): Promise<number>;
  close(): Promise<void>;
}

const line = z.looseObject({
  step: z.int(),
  item: z.string(),
  code: z.string(),
  reason: z.string(),
});

/**
 * Opens the file to go on after `stepsDone` steps: lines of later steps, of a run that was killed
 * after its last checkpoint, and half lines are taken away.
 */
export async function openRejectsLog(file: string, stepsDone: number): Promise<RejectsLog> {
  const kept = (await readLines(file)).filter(({ step }) => step <= stepsDone);
  const known = new Set(kept.map(keyOf));
  try {
    await writeFile(`${file}.tmp`, kept.map(lineOf).join(""));
    await rename(`${file}.tmp`, file);
  } catch (cause) {
    throw new MegaPairsError("unavailable", `Cannot write ${file}`, { cause });
  }
  const handle = await open(file, "a");
  return {
    async append(step, rejects) {
      const fresh = rejects.filter((reject) => {
        const isFresh = !known.has(keyOf(reject));
        known.add(keyOf(reject));
        return isFresh;
      });
      const lines = fresh.map(({ item, code, reason }) => lineOf({ step, item, code, reason }));
      if (lines.length > 0) await handle.write(lines.join(""));
      return fresh.length;
    },
    close: () => handle.close(),
  };
}

async function readLines(file: string): Promise<Omit<StepReject, "code">[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").flatMap((each) => {
    try {
      return each === "" ? [] : [line.parse(JSON.parse(each))];
    } catch {
      return [];
    }
  });
}

function keyOf({ item, reason }: Pick<RejectRecord, "item" | "reason">): string {
  return JSON.stringify([item, reason]);
}

function lineOf(reject: object): string {
  return `${JSON.stringify(reject)}\n`;
}
