import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { readNpy } from "@megapairs/dataset";
import { MegaPairsError } from "@megapairs/spec";

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

/** Largest |norm - 1| that is left as it is: what float16 does to a unit vector is less. */
const NORM_TOLERANCE = 1e-3;

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
  for (let row = 0; row < rows; row += 1) {
    checkRow(values.subarray(row * columns, (row + 1) * columns), `${file}, row ${row}`, normalise);
  }
  const name = given ?? basename(file).replace(/\.npy$/i, "");
  return { name, file, rows, dimensions: columns, vectors: values };
}

function checkRow(vector: Float32Array, name: string, normalise: boolean): void {
  let squares = 0;
  for (let column = 0; column < vector.length; column += 1) {
    const value = vector[column]!;
    squares += value * value;
  }
  const norm = Math.sqrt(squares);
  if (!Number.isFinite(norm)) {
    const column = vector.findIndex((value) => !Number.isFinite(value));
    throw new MegaPairsError(
      "invalid-argument",
      `${name}, column ${column}: found ${vector[column]}, expected a finite number.`,
    );
  }
  if (norm === 0) {
    throw new MegaPairsError("invalid-argument", `${name} is all zeros: it has no direction.`);
  }
  if (normalise) {
    for (let column = 0; column < vector.length; column += 1) {
      vector[column] = vector[column]! / norm;
    }
  } else if (Math.abs(norm - 1) > NORM_TOLERANCE) {
    throw new MegaPairsError(
      "invalid-argument",
      `${name} has norm ${Number(norm.toPrecision(6))}, expected 1: give --normalise to scale every row.`,
    );
  }
}
