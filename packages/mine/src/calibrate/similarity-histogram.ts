import { setImmediate as nextTurn } from "node:timers/promises";
import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingMatrix, VectorSource } from "@megapairs/spec";
import { checkCounts } from "../check-count.ts";
import { checkMatrix } from "../check-matrix.ts";
import { deriveSeed } from "../derive-seed.ts";
import { readRows } from "../join/read-rows.ts";
import { seededOrder } from "../seeded-order.ts";
import { multiplyTiles } from "../tile-product.ts";
import type { TileProduct } from "../tile-product.ts";

/** How the cosines of a corpus under one similarity model are spread. */
export interface SimilarityHistogram {
  /** Pairs per bin; bin `i` of `n` holds cosines from `-1 + 2i/n` up to the next edge, the last also 1. */
  readonly counts: readonly number[];
  /** Query rows that were compared with every other row. */
  readonly queries: number;
  /** Sum of `counts`. */
  readonly pairs: number;
  /** Lowest cosine seen; undefined without pairs. */
  readonly lowest: number | undefined;
  /** Highest cosine seen; undefined without pairs. */
  readonly highest: number | undefined;
}

/** Options of {@link similarityHistogram}. */
export interface SimilarityHistogramOptions {
  /** A source is read once, some rows at a time, and not checked. */
  readonly matrix: EmbeddingMatrix | VectorSource;
  /** Equal bins over [-1, 1]; 200 by default, one hundredth each. */
  readonly bins?: number | undefined;
  /** Query rows to draw, 200 by default; all rows when the matrix has no more. */
  readonly sample?: number | undefined;
  /** Decides which rows are drawn. */
  readonly seed: number;
  /** {@link multiplyTiles} by default. */
  readonly product?: TileProduct | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares a sample of rows with all others and counts the cosines, clamped to [-1, 1]. Neighbours
 * are the rare upper tail, which a sample of pairs would miss and a sample of queries does not.
 *
 * Rejects with `invalid-argument` on a matrix that {@link checkMatrix} refuses or settings out of
 * range.
 */
export async function similarityHistogram(
  options: SimilarityHistogramOptions,
): Promise<SimilarityHistogram> {
  const { matrix, bins = 200, sample = 200, seed, product = multiplyTiles, signal } = options;
  signal?.throwIfAborted();
  if ("vectors" in matrix) checkMatrix(matrix);
  checkCounts({ bins, sample }, 1);
  const { ids, dimensions } = matrix;
  const counts = Array.from({ length: bins }, () => 0);
  const queries = drawRows(ids.length, sample, seed);
  const drawn = new Float32Array(queries.length * dimensions);
  for (const [place, query] of queries.entries()) {
    drawn.set(await readRows(matrix, query, query + 1), place * dimensions);
  }
  let lowest = Infinity;
  let highest = -Infinity;
  for (let start = 0; start < ids.length; start += COLUMNS) {
    const end = Math.min(start + COLUMNS, ids.length);
    const right = await readRows(matrix, start, end);
    for (const [place, query] of queries.entries()) {
      const left = drawn.subarray(place * dimensions, (place + 1) * dimensions);
      const scores = await product(left, 1, right, end - start, dimensions);
      for (let row = start; row < end; row += 1) {
        if (row === query) continue;
        const score = Math.max(-1, Math.min(1, scores[row - start] ?? NaN));
        if (Number.isNaN(score)) {
          throw new MegaPairsError(
            "invalid-output",
            `The tile product gave no cosine for rows ${query} and ${row}.`,
          );
        }
        const bin = Math.min(bins - 1, Math.floor(((score + 1) / 2) * bins));
        counts[bin] = counts[bin]! + 1;
        lowest = Math.min(lowest, score);
        highest = Math.max(highest, score);
      }
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
  const pairs = queries.length * Math.max(0, ids.length - 1);
  const seen = pairs > 0;
  return {
    counts,
    queries: queries.length,
    pairs,
    lowest: seen ? lowest : undefined,
    highest: seen ? highest : undefined,
  };
}

/** Candidate rows in one call of the product. */
const COLUMNS = 16_384;

function drawRows(rowCount: number, sample: number, seed: number): number[] {
  const rows: number[] = [];
  for (const row of seededOrder(Array(rowCount).keys(), deriveSeed(seed, "histogram"))) {
    if (rows.length === sample) break;
    rows.push(row);
  }
  return rows.toSorted((first, second) => first - second);
}
