import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { readNpy } from "@megapairs/dataset";
import { MegaPairsError } from "@megapairs/spec";
import { checkRows } from "./check-rows.ts";

/** One similarity model's vectors as a file holds them. */
export interface VectorsFile {
  /** Name of the relation. */
  readonly name: string;
  readonly file: string;
  readonly rows: number;
  readonly dimensions: number;
  /** Row-major `[rows, dimensions]`, rows of norm 1. */
  readonly vectors: Float32Array;
}

/** Options of {@link readVectors}. */
export interface ReadVectorsOptions {
  /** `[NAME=]FILE`; the name of a file without its ending by default. */
  readonly location: string;
  /** Scales every row to norm 1. */
  readonly normalise: boolean;
}

/**
 * Reads a float32 or float16 `.npy` matrix. `invalid-argument` where there is no such file or a row is
 * not finite, zero or of another norm; `corrupt-data` and `unsupported` as `readNpy`.
 */
export async function readVectors(options: ReadVectorsOptions): Promise<VectorsFile> {
  const { location, normalise } = options;
  const [, given, file = location] = /^([A-Za-z][A-Za-z0-9]{0,15})=(.+)$/s.exec(location) ?? [];
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new MegaPairsError(
      "invalid-argument",
      `--vectors ${location}: there is no file ${file}.`,
    );
  }
  const { rows, columns, values } = await readNpy(file);
  if (columns === 0) {
    throw new MegaPairsError("invalid-argument", `${file} holds vectors of 0 dimensions.`);
  }
  checkRows({ values, dimensions: columns, firstRow: 0, file, normalise });
  const name = given ?? basename(file).replace(/\.npy$/i, "");
  return { name, file, rows, dimensions: columns, vectors: values };
}
