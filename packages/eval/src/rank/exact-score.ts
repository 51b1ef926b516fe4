/**
 * The score of a query row with a candidate row: summed in float64, rounded to float32 once, so that
 * equal vectors score alike whatever computes them.
 */
export function exactScore(
  queries: Float32Array,
  query: number,
  gallery: Float32Array,
  row: number,
  dimensions: number,
): number {
  const a = query * dimensions;
  const b = row * dimensions;
  const blocked = dimensions - (dimensions % 4);
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let column = 0; column < blocked; column += 4) {
    sum0 += queries[a + column]! * gallery[b + column]!;
    sum1 += queries[a + column + 1]! * gallery[b + column + 1]!;
    sum2 += queries[a + column + 2]! * gallery[b + column + 2]!;
    sum3 += queries[a + column + 3]! * gallery[b + column + 3]!;
  }
  for (let column = blocked; column < dimensions; column += 1) {
    sum0 += queries[a + column]! * gallery[b + column]!;
  }
  return Math.fround(sum0 + sum1 + (sum2 + sum3));
}
