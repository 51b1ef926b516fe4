import type { TileProduct } from "./tile-product.ts";

/**
 * A fast product whose scores are off by a little, and by how much at most. A search uses it to tell
 * what cannot matter, and scores what can once more, exactly: its result has the same bits as
 * without, as long as the tolerance holds.
 */
export interface ScoreEstimate {
  /** Several calls may be under way at a time. */
  readonly product: TileProduct;
  /**
   * Largest |estimate − score| for rows of L2 norm 1 (within 1e-3), where the score is that of
   * `multiplyTiles`. Positive.
   */
  readonly tolerance: (dimensions: number) => number;
}

/**
 * A {@link ScoreEstimate.tolerance} that holds for any way to sum products of float32 numbers in
 * float32: any order, any blocking, fused or not. With `u = 2⁻²⁴` and `n` dimensions the error is at
 * most `n·u / (1 − n·u) · Σ|aᵢbᵢ|` (Higham, Accuracy and Stability of Numerical Algorithms, §3.1),
 * and `Σ|aᵢbᵢ|` at most the product of the norms, 1.001². Another `2⁻²³` covers the rounding of the
 * exact score and underflow: 4.6e-5 in all for 768 dimensions.
 */
export function float32Tolerance(dimensions: number): number {
  const relative = dimensions * 2 ** -24;
  return relative < 1 ? (1.003 * relative) / (1 - relative) + 2 ** -23 : 4;
}
