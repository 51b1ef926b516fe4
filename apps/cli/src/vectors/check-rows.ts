import { MegaPairsError } from "@megapairs/spec";

/** What {@link checkRows} is about. */
export interface CheckRowsOptions {
  /** Row-major, whole rows. */
  readonly values: Float32Array;
  readonly dimensions: number;
  /** Of the file, for messages. */
  readonly firstRow: number;
  readonly file: string;
  /** Scales every row to norm 1, in place. */
  readonly normalise: boolean;
}

/** Largest |norm - 1| that is left as it is: what float16 does to a unit vector is less. */
const NORM_TOLERANCE = 1e-3;

/** Throws `invalid-argument` naming the first row that is not finite, zero or of another norm than 1. */
export function checkRows(options: CheckRowsOptions): void {
  const { values, dimensions, firstRow, file, normalise } = options;
  for (let start = 0; start < values.length; start += dimensions) {
    const vector = values.subarray(start, start + dimensions);
    checkRow(vector, `${file}, row ${firstRow + start / dimensions}`, normalise);
  }
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
