import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

import { MegaPairsError } from "@megapairs/spec";

import type { NpyHeader } from "./npy-header.ts";
import { checkedHeader, fillBytes, unavailable, widenFloat16 } from "./read-npy.ts";

/** A `.npy` matrix on disk, read by ranges of rows: it may be larger than memory. */
export interface NpyFile extends NpyHeader {
  /**
   * Rows `start` to `end`, the latter not included, row-major, as they are stored: float16 as the bits
   * of binary16 in a `Uint16Array`. Several reads may be under way at a time. `invalid-argument` on
   * a range outside the matrix.
   */
  read(start: number, end: number): Promise<Float32Array | Uint16Array>;
  /** The same with float16 widened, exactly. */
  readFloat32(start: number, end: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Opens a `.npy` file; errors as `readNpyHeader`. */
export async function openNpy(path: string): Promise<NpyFile> {
  const handle = await open(path, "r").catch((error: unknown) => {
    throw unavailable(path, error);
  });
  try {
    return npyFile(handle, path, await checkedHeader(handle, path));
  } catch (error) {
    await handle.close();
    throw MegaPairsError.isInstance(error) ? error : unavailable(path, error);
  }
}

function npyFile(handle: FileHandle, path: string, header: NpyHeader): NpyFile {
  const { dtype, rows, columns, dataOffset } = header;
  async function read(start: number, end: number): Promise<Float32Array | Uint16Array> {
    if (!(Number.isSafeInteger(start) && start >= 0 && start <= end && end <= rows)) {
      throw new MegaPairsError(
        "invalid-argument",
        `rows ${start}..${end} are not a range of the ${rows} rows of ${path}`,
      );
    }
    const elements = (end - start) * columns;
    const values = dtype === "float32" ? new Float32Array(elements) : new Uint16Array(elements);
    const position = dataOffset + start * columns * values.BYTES_PER_ELEMENT;
    await fillBytes(handle, new Uint8Array(values.buffer), position, path);
    return values;
  }
  return {
    ...header,
    read,
    async readFloat32(start, end) {
      const values = await read(start, end);
      return values instanceof Float32Array ? values : Float32Array.from(values, widenFloat16);
    },
    close: () => handle.close(),
  };
}
