import { mkdir, open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";

import { readLines } from "../corpus/read-lines.ts";
import { createGroupWriter } from "./group-writer.ts";
import { decodeLedgerLine, encodeLedgerLine } from "./ledger-line.ts";
import type { FileLedgerEntry } from "./ledger-line.ts";
import { createLineIndex } from "./line-index.ts";
import type { LineIndex } from "./line-index.ts";

/** Where the answers are. */
export interface FileLedgerSettings {
  /** Made where it is missing. One ledger at a time may write to it. */
  readonly directory: string;
}

/** Raw answers on disk: a `ResponseLedger` of `@megapairs/annotate`. */
export interface FileLedger {
  /** Answers that can be had. */
  readonly size: number;
  /** Lines that were unreadable when the ledger was opened: their requests will be asked again. */
  readonly damagedLines: number;
  /** The answer to a request; undefined where none is kept. `corrupt-data` when it was changed. */
  get(key: string): Promise<FileLedgerEntry | undefined>;
  /** Resolves when the disk has the answer. The first answer to a request stays. */
  put(key: string, entry: FileLedgerEntry): Promise<void>;
  /** Waits for what is being put. */
  close(): Promise<void>;
}

const MAX_LINE_BYTES = 64 * 2 ** 20;

/**
 * Opens the ledger in a directory: `responses.jsonl`, one answer a line with a checksum, only ever
 * appended to. Answers put at the same time are written and synced together.
 *
 * A last line without its end, as SIGKILL or a power cut leaves it, was never acknowledged: it is
 * cut off. A damaged line elsewhere is left where it is and not counted. In memory are keys and
 * places, about 150 bytes an answer.
 *
 * Rejects with `unavailable` when the file cannot be read or written, also later when another
 * process has written to it.
 */
export async function createFileLedger(settings: FileLedgerSettings): Promise<FileLedger> {
  const file = path.join(settings.directory, "responses.jsonl");
  const handle = await attempt(file, async () => {
    await mkdir(settings.directory, { recursive: true });
    return await open(file, "a+");
  });
  const { end, index, damagedLines } = await attempt(file, async () => await load(handle, file));
  const writer = createGroupWriter(handle, end);

  return {
    get size() {
      return index.size;
    },
    damagedLines,
    async get(key) {
      const place = index.get(key);
      if (place === undefined) return undefined;
      const bytes = Buffer.alloc(place.length);
      await attempt(file, async () => await handle.read(bytes, 0, place.length, place.offset));
      const line = decodeLedgerLine(bytes.toString());
      if (line?.key === key) return line.entry;
      throw new MegaPairsError("corrupt-data", `${file} has changed at byte ${place.offset}`);
    },
    async put(key, entry) {
      if (index.get(key) !== undefined) return;
      const bytes = Buffer.from(encodeLedgerLine(key, entry));
      const offset = await attempt(file, async () => await writer.append(bytes));
      index.set(key, { offset, length: bytes.length - 1 });
    },
    async close() {
      await writer.drain();
      await handle.close();
    },
  };
}

async function load(
  handle: FileHandle,
  file: string,
): Promise<{ end: number; index: LineIndex; damagedLines: number }> {
  const end = await cutTornLine(handle);
  const index = createLineIndex();
  let damagedLines = 0;
  for await (const { text, offset } of readLines(file, { maxLineBytes: MAX_LINE_BYTES })) {
    const line = text === undefined ? undefined : decodeLedgerLine(text);
    if (line === undefined || text === undefined) damagedLines += 1;
    else if (index.get(line.key) === undefined) {
      index.set(line.key, { offset, length: Buffer.byteLength(text) });
    }
  }
  return { end, index, damagedLines };
}

/** Shortens the file to its last line end; returns its size. */
async function cutTornLine(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat();
  const block = Buffer.alloc(2 ** 16);
  for (let blockEnd = size; blockEnd > 0; blockEnd -= block.length) {
    const start = Math.max(0, blockEnd - block.length);
    const { bytesRead } = await handle.read(block, 0, blockEnd - start, start);
    const last = block.subarray(0, bytesRead).lastIndexOf("\n");
    if (last < 0) continue;
    const end = start + last + 1;
    if (end < size) await handle.truncate(end);
    return end;
  }
  if (size > 0) await handle.truncate(0);
  return 0;
}

async function attempt<Result>(file: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (MegaPairsError.isInstance(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("unavailable", `cannot use the ledger ${file}: ${reason}`, {
      cause: error,
    });
  }
}
