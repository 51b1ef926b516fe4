import type { EmbeddingMatrix } from "@megapairs/spec";

/**
 * The scores of one row with some others, with the bits of `multiplyTiles`: summed in float64,
 * column by column, rounded to float32 once. Not clamped.
 */
export function exactScores(
  { dimensions, vectors }: EmbeddingMatrix,
  query: number,
  rows: Int32Array,
): Float32Array {
  const scores = new Float32Array(rows.length);
  scoreExactly(
    vectors.subarray(query * dimensions, (query + 1) * dimensions),
    vectors,
    rows,
    scores,
  );
  return scores;
}

/**
 * {@link exactScores} of a vector with rows of `right`, row-major in the vector's dimensions, into
 * the first places of `scores`.
 */
export function scoreExactly(
  left: Float32Array,
  right: Float32Array,
  rows: Int32Array,
  scores: Float32Array,
): void {
  const dimensions = left.length;
  const blocked = rows.length - (rows.length % 4);
  for (let place = 0; place < blocked; place += 4) {
    const b0 = rows[place]! * dimensions;
    const b1 = rows[place + 1]! * dimensions;
    const b2 = rows[place + 2]! * dimensions;
    const b3 = rows[place + 3]! * dimensions;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let column = 0; column < dimensions; column += 1) {
      const value = left[column]!;
      sum0 += value * right[b0 + column]!;
      sum1 += value * right[b1 + column]!;
      sum2 += value * right[b2 + column]!;
      sum3 += value * right[b3 + column]!;
    }
    scores[place] = sum0;
    scores[place + 1] = sum1;
    scores[place + 2] = sum2;
    scores[place + 3] = sum3;
  }
  for (let place = blocked; place < rows.length; place += 1) {
    const b = rows[place]! * dimensions;
    let sum = 0;
    for (let column = 0; column < dimensions; column += 1) {
      sum += left[column]! * right[b + column]!;
    }
    scores[place] = sum;
  }
}

/** A raw score as a cosine: rounding, and norms within 1e-3 of 1, may overshoot [-1, 1]. */
export function clampScore(raw: number): number {
  return Math.max(-1, Math.min(1, raw));
}
