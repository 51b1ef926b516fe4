import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

import { MegaPairsError } from "@megapairs/spec";

import { MAX_NPY_HEADER_BYTES, parseNpyHeader } from "./npy-header.ts";
import type { NpyHeader } from "./npy-header.ts";

/** A matrix read from a `.npy` file. */
export interface NpyMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major `[rows, columns]`; float16 is widened, exactly. */
  readonly values: Float32Array;
}

/**
 * Reads the header of a `.npy` file. Rejects with `corrupt-data` on what is no `.npy` or has less
 * or more data than it says, `unsupported` on other than a little-endian float16 or float32 matrix
 * in C order, `unavailable` when the file cannot be read.
 */
export async function readNpyHeader(path: string): Promise<NpyHeader> {
  return await withFile(path, (handle) => checkedHeader(handle, path));
}

/** Reads a whole matrix; errors as {@link readNpyHeader}. */
export async function readNpy(path: string): Promise<NpyMatrix> {
  return await withFile(path, async (handle) => {
    const { dtype, rows, columns, dataOffset } = await checkedHeader(handle, path);
    const elements = rows * columns;
    if (dtype === "float32") {
      const values = new Float32Array(elements);
      await fillBytes(handle, new Uint8Array(values.buffer), dataOffset, path);
      return { rows, columns, values };
    }
    const halves = new Uint16Array(elements);
    await fillBytes(handle, new Uint8Array(halves.buffer), dataOffset, path);
    return { rows, columns, values: Float32Array.from(halves, widenFloat16) };
  });
}

/** The float32 of a float16's bits; every one of them has one. */
export function widenFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Reads a header and checks that the file has as many bytes as it says. */
export async function checkedHeader(handle: FileHandle, path: string): Promise<NpyHeader> {
  const start = new Uint8Array(MAX_NPY_HEADER_BYTES);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  const header = parseNpyHeader(start.subarray(0, bytesRead), path);
  const { dtype, rows, columns, dataOffset } = header;
  const expected = dataOffset + rows * columns * (dtype === "float32" ? 4 : 2);
  const { size } = await handle.stat();
  if (size === expected) return header;
  throw new MegaPairsError(
    "corrupt-data",
    `${path} has ${size} bytes, expected ${expected} for ${rows} rows of ${columns} ${dtype}`,
  );
}

/** Fills `bytes` from a position of the file. `corrupt-data` where it ends before. */
export async function fillBytes(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
  path: string,
): Promise<void> {
  let filled = 0;
  while (filled < bytes.length) {
    const length = Math.min(bytes.length - filled, 2 ** 30);
    const { bytesRead } = await handle.read(bytes, filled, length, position + filled);
    if (bytesRead === 0)
      throw new MegaPairsError("corrupt-data", `${path} was cut while it was read`);
    filled += bytesRead;
  }
}

async function withFile<Result>(
  path: string,
  read: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    return await read(handle);
  } catch (error) {
    if (MegaPairsError.isInstance(error)) throw error;
    throw unavailable(path, error);
  } finally {
    await handle?.close();
  }
}

/** A failing disk, or no file. */
export function unavailable(path: string, error: unknown): MegaPairsError {
  const reason = error instanceof Error ? error.message : String(error);
  return new MegaPairsError("unavailable", `cannot read ${path}: ${reason}`, { cause: error });
}
