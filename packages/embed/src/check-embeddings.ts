import { MegaPairsError } from "@megapairs/spec";
import type { EncoderV1 } from "@megapairs/spec";

/** Largest |norm - 1| of a row; wide enough for encoders that compute in float16. */
const NORM_TOLERANCE = 1e-3;

/**
 * Checks what an encoder answered for the inputs from `start` to `end`: float32
 * `[end - start, dimensions]`, finite, rows of L2 norm 1 within 1e-3.
 *
 * Throws `invalid-output` naming encoder, input and value.
 */
export function checkEmbeddings(
  { modelId, dimensions }: EncoderV1,
  embeddings: Float32Array,
  start: number,
  end: number,
): void {
  const expected = (end - start) * dimensions;
  if (!(embeddings instanceof Float32Array) || embeddings.length !== expected) {
    throw invalid(
      `${modelId} gave ${embeddings.length} values for inputs ${start}..${end - 1}; expected a Float32Array of ${end - start} x ${dimensions} = ${expected}.`,
    );
  }
  for (let row = 0; row < end - start; row += 1) {
    const vector = embeddings.subarray(row * dimensions, (row + 1) * dimensions);
    let squares = 0;
    for (let column = 0; column < dimensions; column += 1) squares += vector[column]! ** 2;
    const norm = Math.sqrt(squares);
    if (Math.abs(norm - 1) <= NORM_TOLERANCE) continue;
    const column = vector.findIndex((value) => !Number.isFinite(value));
    throw invalid(
      column < 0
        ? `${modelId} gave a row of L2 norm ${norm} for input ${start + row}; expected 1 within ${NORM_TOLERANCE}.`
        : `${modelId} gave ${vector[column]} at column ${column} for input ${start + row}; expected finite values.`,
    );
  }
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-output", message);
}
