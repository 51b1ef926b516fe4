import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

import { MegaPairsError } from "@megapairs/spec";

import { createLineSplitter, decodeLine, NEWLINE } from "../corpus/line-splitter.ts";
import type { RawLine, TextLine } from "../corpus/line-splitter.ts";
import { createLinePlaces } from "./line-places.ts";
import type { LinePlaces } from "./line-places.ts";

/** A text file whose lines are read in any order. */
export interface IndexedLines {
  /** Lines that are not blank. */
  readonly count: number;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  /**
   * The line at `index` among those that are not blank, from 0. Rejects with `unavailable` when the
   * file has changed since it was indexed or the disk fails.
   */
  read(index: number): Promise<TextLine>;
  close(): Promise<void>;
}

/** How to index a file. */
export interface OpenIndexedLinesOptions {
  /** Longest line, in bytes; a longer one is read without text. */
  readonly maxLineBytes: number;
  /** Takes how many bytes of the file are done. */
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Bytes read at once while indexing. */
const CHUNK_BYTES = 2 ** 20;

/** The first byte of nearly every line: such a line is not blank. */
const BRACE = 0x7b;

/**
 * Reads a file once, from its beginning to its end, and notes where its lines start. The file stays
 * open: one that is put in its place later is not seen.
 *
 * Rejects with `invalid-argument` when there is no such file, `unavailable` when the disk fails, and
 * the signal's reason.
 */
export async function openIndexedLines(
  file: string,
  options: OpenIndexedLinesOptions,
): Promise<IndexedLines> {
  const handle = await open(file, "r").catch((error: unknown) => {
    throw failure("invalid-argument", `cannot open ${file}`, error);
  });
  try {
    const before = await handle.stat();
    if (!before.isFile()) {
      throw new MegaPairsError("invalid-argument", `${file} is not a file, expected JSON Lines`);
    }
    const places = createLinePlaces();
    const sha256 = await indexLines(handle, before.size, places, options);
    return {
      count: places.count,
      sha256,
      async read(index) {
        const now = await handle.stat();
        if (now.size !== before.size || now.mtimeMs !== before.mtimeMs) {
          throw new MegaPairsError(
            "unavailable",
            `${file} has changed since it was opened: found ${now.size} bytes of ${now.mtime.toISOString()}, expected ${before.size} of ${before.mtime.toISOString()}`,
          );
        }
        return await readLine(handle, places, index, before.size, options.maxLineBytes);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    options.signal?.throwIfAborted();
    if (MegaPairsError.isInstance(error)) throw error;
    throw failure("unavailable", `cannot read ${file}`, error);
  }
}

async function indexLines(
  handle: FileHandle,
  size: number,
  places: LinePlaces,
  { maxLineBytes, onProgress, signal }: OpenIndexedLinesOptions,
): Promise<string> {
  const hash = createHash("sha256");
  const splitter = createLineSplitter(0, maxLineBytes);
  const addLine = (line: RawLine): void => {
    if (line.parts[0]?.[0] === BRACE || decodeLine(line, maxLineBytes) !== undefined) {
      places.add(line);
    }
  };
  let done = 0;
  const stream = handle.createReadStream({
    start: 0,
    autoClose: false,
    highWaterMark: CHUNK_BYTES,
  });
  for await (const chunk of stream) {
    const bytes: Buffer = chunk;
    hash.update(bytes);
    for (const line of splitter.push(bytes)) addLine(line);
    done += bytes.length;
    onProgress(done, Math.max(done, size));
    signal?.throwIfAborted();
  }
  addLine(splitter.finish());
  return hash.digest("hex");
}

async function readLine(
  handle: FileHandle,
  places: LinePlaces,
  index: number,
  size: number,
  maxLineBytes: number,
): Promise<TextLine> {
  const place = places.at(index);
  if (place === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `found the sample index ${index}, expected a whole number in 0..${places.count - 1}`,
    );
  }
  const { offset, number } = place;
  const next = places.at(index + 1);
  const most = next === undefined ? size - offset : next.offset - 1 - offset;
  const bytes = await readBytes(handle, offset, Math.min(most, maxLineBytes + 1));
  const end = bytes.indexOf(NEWLINE);
  const length = end >= 0 ? end : most;
  const line = { offset, number, length, parts: [bytes.subarray(0, length)] };
  const decoded = decodeLine(line, maxLineBytes);
  return decoded ?? { offset, number, text: undefined, problem: "is blank" };
}

async function readBytes(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  try {
    while (filled < length) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
  } catch (error) {
    throw failure("unavailable", `cannot read ${length} bytes at ${offset}`, error);
  }
  return bytes.subarray(0, filled);
}

function failure(
  code: "invalid-argument" | "unavailable",
  action: string,
  error: unknown,
): MegaPairsError {
  const reason = error instanceof Error ? error.message : String(error);
  return new MegaPairsError(code, `${action}: ${reason}`, { cause: error });
}
