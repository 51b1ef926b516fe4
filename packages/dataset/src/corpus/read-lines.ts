import { createReadStream } from "node:fs";

import { MegaPairsError } from "@megapairs/spec";

/** One line of a text file. */
export interface TextLine {
  /** Byte offset of its first byte. */
  readonly offset: number;
  /** From 1 at `start`. */
  readonly number: number;
  /** Without its end; undefined when it could not be read. */
  readonly text: string | undefined;
  /** Why not. */
  readonly problem: string | undefined;
}

/** Where to start, and when to give a line up. */
export interface ReadLinesOptions {
  /** Byte offset of the first line. Default 0. */
  readonly start?: number | undefined;
  /** Longest line, in bytes; the rest of a longer one is skipped, never held. Default 1 MiB. */
  readonly maxLineBytes?: number | undefined;
}

const NEWLINE = 0x0a;

/**
 * Lines of a UTF-8 file, blank ones left out. A line that is too long or no UTF-8 comes without
 * text. Rejects with `corrupt-data` when the file cannot be read.
 */
export async function* readLines(
  file: string,
  { start = 0, maxLineBytes = 2 ** 20 }: ReadLinesOptions = {},
): AsyncGenerator<TextLine> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let offset = start;
  let number = 1;

  const finish = (): TextLine | undefined => {
    const line = lineOf(parts, length, maxLineBytes, offset, number);
    offset += length + 1;
    number += 1;
    parts = [];
    length = 0;
    return line;
  };
  const add = (part: Uint8Array): void => {
    length += part.byteLength;
    if (length <= maxLineBytes) parts.push(part);
  };

  try {
    for await (const chunk of createReadStream(file, { start })) {
      const bytes: Buffer = chunk;
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        add(bytes.subarray(from, end));
        const line = finish();
        if (line !== undefined) yield line;
        from = end + 1;
      }
      if (from < bytes.length) add(bytes.subarray(from));
    }
    const last = finish();
    if (last !== undefined) yield last;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("corrupt-data", `cannot read ${file}: ${reason}`, { cause: error });
  }
}

function lineOf(
  parts: readonly Uint8Array[],
  length: number,
  maxLineBytes: number,
  offset: number,
  number: number,
): TextLine | undefined {
  if (length > maxLineBytes) {
    const problem = `has ${length} bytes, expected at most ${maxLineBytes}`;
    return { offset, number, text: undefined, problem };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts)).trim();
    return text === "" ? undefined : { offset, number, text, problem: undefined };
  } catch {
    return { offset, number, text: undefined, problem: "is not UTF-8" };
  }
}
