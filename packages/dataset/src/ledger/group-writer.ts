import type { FileHandle } from "node:fs/promises";

import { MegaPairsError } from "@megapairs/spec";

/** Appends to a file, many at a time. */
export interface GroupWriter {
  /** Resolves with the bytes' offset once the disk has them. */
  append(bytes: Uint8Array): Promise<number>;
  /** Waits for what is being appended. */
  drain(): Promise<void>;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Creates a {@link GroupWriter} on a file opened for appending that is `end` bytes long: what
 * arrives during one write and sync goes out together with the next. After a failed write the file
 * is cut back to what is known to be whole.
 */
export function createGroupWriter(handle: FileHandle, end: number): GroupWriter {
  let position = end;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const { size } = await handle.stat();
      if (size !== position) {
        throw new MegaPairsError(
          "unavailable",
          `the file has ${size} bytes, expected ${position}: another process writes to it`,
        );
      }
      try {
        await handle.appendFile(Buffer.concat(group.map(({ bytes }) => bytes)));
        await handle.datasync();
      } catch (error) {
        await handle.truncate(position);
        throw error;
      }
      for (const { bytes, resolve } of group) {
        resolve(position);
        position += bytes.byteLength;
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await writeGroup(group);
    }
    writing = undefined;
  }

  return {
    append: (bytes) =>
      new Promise((resolve, reject) => {
        waiting.push({ bytes, resolve, reject });
        writing ??= writeAll();
      }),
    async drain() {
      await writing;
    },
  };
}
