/**
 * The scores of a vector with rows of `right`, row-major in the vector's dimensions, into the first
 * places of `scores`. They have the bits of `multiplyTiles`: summed in float64, column by column,
 * rounded to float32 once. Not clamped.
 */
export function scoreExactly(
  left: Float32Array,
  right: Float32Array,
  rows: Int32Array,
  scores: Float32Array,
): void {
  const dimensions = left.length;
  const blocked = rows.length - (rows.length % 8);
  // Eight rows at a time: eight independent sums keep the floating-point units busy.
  for (let place = 0; place < blocked; place += 8) {
    const b0 = rows[place]! * dimensions;
    const b1 = rows[place + 1]! * dimensions;
    const b2 = rows[place + 2]! * dimensions;
    const b3 = rows[place + 3]! * dimensions;
    const b4 = rows[place + 4]! * dimensions;
    const b5 = rows[place + 5]! * dimensions;
    const b6 = rows[place + 6]! * dimensions;
    const b7 = rows[place + 7]! * dimensions;
    let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
    let [sum4, sum5, sum6, sum7] = [0, 0, 0, 0];
    for (let column = 0; column < dimensions; column += 1) {
      const value = left[column]!;
      sum0 += value * right[b0 + column]!;
      sum1 += value * right[b1 + column]!;
      sum2 += value * right[b2 + column]!;
      sum3 += value * right[b3 + column]!;
      sum4 += value * right[b4 + column]!;
      sum5 += value * right[b5 + column]!;
      sum6 += value * right[b6 + column]!;
      sum7 += value * right[b7 + column]!;
    }
    scores[place] = sum0;
    scores[place + 1] = sum1;
    scores[place + 2] = sum2;
    scores[place + 3] = sum3;
    scores[place + 4] = sum4;
    scores[place + 5] = sum5;
    scores[place + 6] = sum6;
    scores[place + 7] = sum7;
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
