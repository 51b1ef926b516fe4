import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { openNpy } from "@megapairs/dataset";
import type { NpyFile } from "@megapairs/dataset";
import { MegaPairsError } from "@megapairs/spec";
import type { VectorSource } from "@megapairs/spec";
import { checkRows } from "./check-rows.ts";

/** One similarity model's vectors in a file, checked. */
export interface VectorsFile {
  /** Name of the relation. */
  readonly name: string;
  readonly file: string;
  readonly rows: number;
  readonly dimensions: number;
  /** The rows in another order: row `i` of the source is row `order[i]` of the file. */
  readonly inOrder: (ids: readonly string[], order: Uint32Array) => VectorSource;
  readonly close: () => Promise<void>;
}

/** Options of {@link openVectors}. */
export interface OpenVectorsOptions {
  /** `[NAME=]FILE`; the name of a file without its ending by default. */
  readonly location: string;
  /** Scales every row to norm 1. */
  readonly normalise: boolean;
  readonly signal: AbortSignal;
}

/** Rows read at once. */
const ROWS = 8192;

/**
 * Opens a float32 or float16 `.npy` matrix of any size and reads it once, to check its rows.
 * `invalid-argument` where there is no such file or a row is not finite, zero or of another norm;
 * `corrupt-data` and `unsupported` as `openNpy`.
 */
export async function openVectors(options: OpenVectorsOptions): Promise<VectorsFile> {
  const { location, normalise, signal } = options;
  const { name, file } = parseLocation(location);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new MegaPairsError(
      "invalid-argument",
      `--vectors ${location}: there is no file ${file}.`,
    );
  }
  const npy = await openNpy(file);
  try {
    const { rows, columns: dimensions } = npy;
    if (dimensions === 0) {
      throw new MegaPairsError("invalid-argument", `${file} holds vectors of 0 dimensions.`);
    }
    for (let start = 0; start < rows; start += ROWS) {
      signal.throwIfAborted();
      const values = await npy.readFloat32(start, Math.min(start + ROWS, rows));
      checkRows({ values, dimensions, firstRow: start, file, normalise });
    }
    return {
      name,
      file,
      rows,
      dimensions,
      inOrder: (ids, order) => sourceOf(npy, { ids, order, file, normalise }),
      close: () => npy.close(),
    };
  } catch (error) {
    await npy.close();
    throw error;
  }
}

/** `[NAME=]FILE`. */
function parseLocation(location: string): { readonly name: string; readonly file: string } {
  const [, given, file = location] = /^([A-Za-z][A-Za-z0-9]{0,15})=(.+)$/s.exec(location) ?? [];
  return { name: given ?? basename(file).replace(/\.npy$/i, ""), file };
}

interface SourceOptions {
  readonly ids: readonly string[];
  readonly order: Uint32Array;
  readonly file: string;
  readonly normalise: boolean;
}

function sourceOf(npy: NpyFile, { ids, order, file, normalise }: SourceOptions): VectorSource {
  const { columns: dimensions } = npy;
  const read = normalise
    ? async (start: number, end: number) => {
        const values = await npy.readFloat32(start, end);
        checkRows({ values, dimensions, firstRow: start, file, normalise });
        return values;
      }
    : (start: number, end: number) => npy.read(start, end);
  return {
    ids,
    dimensions,
    dataType: normalise ? "float32" : npy.dtype,
    async read(start, end) {
      const runs = runsOf(order.subarray(start, end));
      const [only] = runs;
      if (runs.length === 1 && only !== undefined) return await read(only.start, only.end);
      const values = (end - start) * dimensions;
      const rows =
        normalise || npy.dtype === "float32" ? new Float32Array(values) : new Uint16Array(values);
      let place = 0;
      for (const run of runs) {
        rows.set(await read(run.start, run.end), place * dimensions);
        place += run.end - run.start;
      }
      return rows;
    },
  };
}

/** Rows that follow one another in the file are read together. */
function runsOf(rows: Uint32Array): { readonly start: number; readonly end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    if (last?.end === row) last.end += 1;
    else runs.push({ start: row, end: row + 1 });
  }
  return runs;
}
