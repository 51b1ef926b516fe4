import { open } from "node:fs/promises";

import { MegaPairsError } from "@megapairs/spec";

import { encodeNpyHeader, NPY_HEADER_BYTES } from "./npy-header.ts";

/** Shape of what is written. */
export interface NpyWriterSettings {
  /** Length of a row, at least 1. */
  readonly columns: number;
}

/** Writes a matrix row by row, knowing their number only at the end. */
export interface NpyWriter {
  /** Appends row-major float32 `[n, columns]`, any n. `invalid-argument` on a broken row. */
  append(rows: Float32Array): Promise<void>;
  /** Puts the shape into the header and waits for the disk. Returns the number of rows. */
  close(): Promise<number>;
}

/**
 * Creates a `.npy` file (numpy format 1.0, `<f4`, C order) or replaces one. The header says 0 rows
 * until `close`, so that a file cut short never passes for a whole one. One `append` at a time.
 *
 * Rejects with `invalid-argument` on columns that are no positive whole number, `unavailable` when
 * the file cannot be written.
 */
export async function createNpyWriter(
  path: string,
  { columns }: NpyWriterSettings,
): Promise<NpyWriter> {
  if (!Number.isSafeInteger(columns) || columns < 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `columns is ${columns}, expected a positive whole number`,
    );
  }
  const failed = (error: unknown): never => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("unavailable", `cannot write ${path}: ${reason}`, { cause: error });
  };
  const handle = await open(path, "w").catch(failed);
  let rowCount = 0;
  let position = NPY_HEADER_BYTES;

  async function write(bytes: Uint8Array, at: number): Promise<void> {
    for (let start = 0; start < bytes.length;) {
      start += (await handle.write(bytes, start, undefined, at + start).catch(failed)).bytesWritten;
    }
  }

  await write(encodeNpyHeader(0, columns), 0);
  return {
    async append(rows) {
      if (rows.length % columns !== 0) {
        throw new MegaPairsError(
          "invalid-argument",
          `rows has ${rows.length} elements, expected a multiple of ${columns}`,
        );
      }
      await write(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), position);
      position += rows.byteLength;
      rowCount += rows.length / columns;
    },
    async close() {
      try {
        await write(encodeNpyHeader(rowCount, columns), 0);
        await handle.sync().catch(failed);
      } finally {
        await handle.close();
      }
      return rowCount;
    },
  };
}
