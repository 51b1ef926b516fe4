/**
 * Scores every row of one tile against every row of another: `left · rightᵀ`.
 *
 * `left` is float32 `[leftRows, dimensions]`, `right` is `[rightRows, dimensions]`, the result is
 * `[leftRows, rightRows]`, all row-major. This is where a faster matrix product is plugged in. The
 * operands are views of the matrix: an implementation reads them and keeps no reference. Whether a
 * join's bytes are independent of its tiling is up to the product: {@link multiplyTiles} keeps a
 * score's bits whatever tile it is in, a blocked GEMM may not.
 */
export type TileProduct = (
  left: Float32Array,
  leftRows: number,
  right: Float32Array,
  rightRows: number,
  dimensions: number,
) => Float32Array | Promise<Float32Array>;

/**
 * The default {@link TileProduct}, in plain TypeScript: about 5 GFLOP/s a core.
 *
 * Every score is summed in float64, column by column, and rounded to float32 once. So it depends on
 * its two rows alone, not on their place in a tile, and `a · b` has the bits of `b · a`.
 */
export function multiplyTiles(
  left: Float32Array,
  leftRows: number,
  right: Float32Array,
  rightRows: number,
  dimensions: number,
): Float32Array {
  const scores = new Float32Array(leftRows * rightRows);
  const blocked = rightRows - (rightRows % 4);
  for (let i = 0; i < leftRows; i += 1) {
    const a = i * dimensions;
    const out = i * rightRows;
    // Four right rows at a time: four independent sums keep the floating-point units busy.
    for (let j = 0; j < blocked; j += 4) {
      const b0 = j * dimensions;
      const b1 = b0 + dimensions;
      const b2 = b1 + dimensions;
      const b3 = b2 + dimensions;
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      for (let column = 0; column < dimensions; column += 1) {
        const value = left[a + column]!;
        sum0 += value * right[b0 + column]!;
        sum1 += value * right[b1 + column]!;
        sum2 += value * right[b2 + column]!;
        sum3 += value * right[b3 + column]!;
      }
      scores[out + j] = sum0;
      scores[out + j + 1] = sum1;
      scores[out + j + 2] = sum2;
      scores[out + j + 3] = sum3;
    }
    for (let j = blocked; j < rightRows; j += 1) {
      const b = j * dimensions;
      let sum = 0;
      for (let column = 0; column < dimensions; column += 1) {
        sum += left[a + column]! * right[b + column]!;
      }
      scores[out + j] = sum;
    }
  }
  return scores;
}
