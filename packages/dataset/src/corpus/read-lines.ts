import { createReadStream } from "node:fs";

import { MegaPairsError } from "@megapairs/spec";

import { createLineSplitter, decodeLine } from "./line-splitter.ts";
import type { TextLine } from "./line-splitter.ts";

/** Where to start, and when to give a line up. */
export interface ReadLinesOptions {
  /** Byte offset of the first line. Default 0. */
  readonly start?: number | undefined;
  /** Longest line, in bytes; the rest of a longer one is skipped, never held. Default 1 MiB. */
  readonly maxLineBytes?: number | undefined;
}

/** Default of {@link ReadLinesOptions.maxLineBytes}. */
export const MAX_LINE_BYTES: number = 2 ** 20;

/**
 * Lines of a UTF-8 file, blank ones left out. A line that is too long or no UTF-8 comes without
 * text. Rejects with `corrupt-data` when the file cannot be read.
 */
export async function* readLines(
  file: string,
  { start = 0, maxLineBytes = MAX_LINE_BYTES }: ReadLinesOptions = {},
): AsyncGenerator<TextLine> {
  const splitter = createLineSplitter(start, maxLineBytes);
  try {
    for await (const chunk of createReadStream(file, { start })) {
      const bytes: Buffer = chunk;
      for (const raw of splitter.push(bytes)) {
        const line = decodeLine(raw, maxLineBytes);
        if (line !== undefined) yield line;
      }
    }
    const last = decodeLine(splitter.finish(), maxLineBytes);
    if (last !== undefined) yield last;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("corrupt-data", `cannot read ${file}: ${reason}`, { cause: error });
  }
}
