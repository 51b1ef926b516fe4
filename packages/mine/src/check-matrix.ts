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
  if (!Number.isSafeInteger(dimensions) || dimensions < 1) {
    throw invalid(`The matrix has ${dimensions} dimensions; expected a positive integer.`);
  }
  if (vectors.length !== ids.length * dimensions) {
    throw invalid(
      `The matrix holds ${vectors.length} values; expected ${ids.length} ids x ${dimensions} dimensions = ${ids.length * dimensions}.`,
    );
  }
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
    checkRow(vectors.subarray(row * dimensions, (row + 1) * dimensions), `Row ${row} (${id})`);
  }
}

function checkRow(vector: Float32Array, name: string): void {
  let squares = 0;
  for (let column = 0; column < vector.length; column += 1) {
    const value = vector[column]!;
    squares += value * value;
  }
  const norm = Math.sqrt(squares);
  if (Math.abs(norm - 1) <= NORM_TOLERANCE) return;
  const column = vector.findIndex((value) => !Number.isFinite(value));
  if (column >= 0) {
    throw invalid(`${name} holds ${vector[column]} at column ${column}; expected finite values.`);
  }
  throw invalid(`${name} has L2 norm ${norm}; expected 1 within ${NORM_TOLERANCE}.`);
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
