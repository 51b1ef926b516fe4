import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";
import type { RejectRecord } from "@megapairs/spec";

import { readLines } from "../corpus/read-lines.ts";
import { MAX_MEGAPAIRS_LINE_BYTES, parseMegaPairsLine } from "./megapairs-line.ts";
import type { MegaPairsLine } from "./megapairs-line.ts";

/** What to read. */
export interface ReadMegaPairsOptions {
  /** A file in the released format. */
  readonly jsonl: string;
  /** Takes the lines that cannot be used; without it the first of them rejects. */
  readonly onReject?: ((reject: RejectRecord) => void) | undefined;
}

/**
 * Reads a dataset in the format in which MegaPairs was released, the first of `q_text` and
 * `q_texts` that is there. Rejects with `corrupt-data`, naming the line, on one that is malformed
 * or names an image outside the dataset.
 */
export async function* readMegaPairs(options: ReadMegaPairsOptions): AsyncGenerator<MegaPairsLine> {
  const name = path.basename(options.jsonl);
  for await (const line of readLines(options.jsonl, { maxLineBytes: MAX_MEGAPAIRS_LINE_BYTES })) {
    const parsed = parseMegaPairsLine(line);
    if (typeof parsed !== "string") {
      yield parsed;
      continue;
    }
    const reason = `${name}#${line.number}: ${parsed}`;
    if (options.onReject === undefined) throw new MegaPairsError("corrupt-data", reason);
    options.onReject({ item: `${name}#${line.number}`, code: "corrupt-data", reason });
  }
}
