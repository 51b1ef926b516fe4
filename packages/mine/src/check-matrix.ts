import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingMatrix } from "@megapairs/spec";

/** Largest |norm - 1| of a row; wide enough for vectors that were stored as float16. */
const NORM_TOLERANCE = 1e-3;

/**
 * Checks what every miner relies on: `vectors` holds `ids.length` rows of `dimensions` finite
 * values, each row of L2 norm 1 (within 1e-3), ids strictly ascending by UTF-16 code unit, which is
 * what `<` and `Array.prototype.sort` do. A matrix without rows is fine.
 *
 * Throws `invalid-argument` naming the first row at fault, its id and what was found.
 */
export function checkMatrix(matrix: EmbeddingMatrix): void {
  const { ids, dimensions, vectors } = matrix;
  checkDimensions(dimensions);
  if (vectors.length !== ids.length * dimensions) {
    throw invalid(
      `The matrix holds ${vectors.length} values; expected ${ids.length} ids x ${dimensions} dimensions = ${ids.length * dimensions}.`,
    );
  }
  checkIds(ids);
  checkRows(ids, 0, dimensions, vectors);
}

/** Throws `invalid-argument` unless it is a number of dimensions. */
export function checkDimensions(dimensions: number): void {
  if (Number.isSafeInteger(dimensions) && dimensions >= 1) return;
  throw invalid(`The matrix has ${dimensions} dimensions; expected a positive integer.`);
}

/** Throws `invalid-argument` unless ids are strictly ascending. */
export function checkIds(ids: readonly string[]): void {
  let previous: string | undefined;
  for (const [row, id] of ids.entries()) {
    if (previous !== undefined && id <= previous) {
      throw invalid(
        id === previous
          ? `Row ${row} repeats the id ${id}; expected distinct ids.`
          : `Row ${row} (${id}) comes after ${previous}; expected ids in ascending order.`,
      );
    }
    previous = id;
  }
}

/** Throws `invalid-argument` unless these rows, of which `first` is the first, are unit vectors. */
export function checkRows(
  ids: readonly string[],
  first: number,
  dimensions: number,
  vectors: Float32Array,
): void {
  for (let start = 0; start < vectors.length; start += dimensions) {
    let squares = 0;
    for (let at = start; at < start + dimensions; at += 1) {
      const value = vectors[at]!;
      squares += value * value;
    }
    if (Math.abs(Math.sqrt(squares) - 1) <= NORM_TOLERANCE) continue;
    const row = first + start / dimensions;
    throw invalid(explain(vectors.subarray(start, start + dimensions), `Row ${row} (${ids[row]})`));
  }
}

function explain(vector: Float32Array, name: string): string {
  const column = vector.findIndex((value) => !Number.isFinite(value));
  if (column >= 0) {
    return `${name} holds ${vector[column]} at column ${column}; expected finite values.`;
  }
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return `${name} has L2 norm ${norm}; expected 1 within ${NORM_TOLERANCE}.`;
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
