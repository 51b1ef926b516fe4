import { setImmediate as nextTurn } from "node:timers/promises";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { EmbeddingMatrix } from "@megapairs/spec";
import { checkCounts } from "../check-count.ts";
import { checkMatrix } from "../check-matrix.ts";
import { deriveSeed } from "../derive-seed.ts";
import { clampScore } from "../exact-scores.ts";
import { seededOrder } from "../seeded-order.ts";
import { multiplyTiles } from "../tile-product.ts";

/** Two images to look at. */
export interface SimilarPair {
  readonly queryId: string;
  readonly otherId: string;
  /** Cosine, in [-1, 1]. */
  readonly score: number;
}

/** Options of {@link sampleSimilarPairs}. */
export interface SampleSimilarPairsOptions {
  readonly matrix: EmbeddingMatrix;
  /** Equal bins over [-1, 1], as in a histogram; 40 by default, five hundredths each. */
  readonly bins?: number | undefined;
  /** Most pairs of a bin, 4 by default. */
  readonly pairsPerBin?: number | undefined;
  /** Query rows to try, 200 by default. */
  readonly sample?: number | undefined;
  /** Decides which queries are tried and which pair of a query is taken. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Pairs of every range of cosines, for people to look at: what does 0.85 mean under this model? One
 * of a query at most in each bin, so that pairs are of different images. Gives one list for each bin,
 * in the order in which they were drawn; bins in ascending order.
 *
 * Rejects with `invalid-argument` on a matrix that {@link checkMatrix} refuses or settings out of
 * range.
 */
export async function sampleSimilarPairs(
  options: SampleSimilarPairsOptions,
): Promise<readonly (readonly SimilarPair[])[]> {
  const { matrix, bins = 40, pairsPerBin = 4, sample = 200, seed, signal } = options;
  const { ids, dimensions, vectors } = matrix;
  signal?.throwIfAborted();
  checkMatrix(matrix);
  checkCounts({ bins, pairsPerBin, sample }, 1);
  const drawn: SimilarPair[][] = Array.from({ length: bins }, () => []);
  let tried = 0;
  for (const query of seededOrder(ids.keys(), deriveSeed(seed, "similar pairs"))) {
    if (tried === sample) break;
    tried += 1;
    const queryId = ids[query]!;
    const vector = vectors.subarray(query * dimensions, (query + 1) * dimensions);
    const scores = multiplyTiles(vector, 1, vectors, ids.length, dimensions);
    const choices = drawOfEachBin(scores, query, bins, deriveSeed(seed, "similar to", queryId));
    for (const [bin, row] of choices) {
      const pairs = drawn[bin]!;
      if (pairs.length === pairsPerBin) continue;
      pairs.push({ queryId, otherId: ids[row]!, score: clampScore(scores[row]!) });
    }
    await nextTurn();
    signal?.throwIfAborted();
  }
  return drawn;
}

/** One row of each bin that has any, each with the same chance. */
function drawOfEachBin(
  scores: Float32Array,
  query: number,
  bins: number,
  seed: number,
): ReadonlyMap<number, number> {
  const random = xoroshiro128plus(seed);
  const seen = new Map<number, number>();
  const choices = new Map<number, number>();
  for (let row = 0; row < scores.length; row += 1) {
    if (row === query) continue;
    const bin = Math.min(bins - 1, Math.floor(((clampScore(scores[row]!) + 1) / 2) * bins));
    const before = seen.get(bin) ?? 0;
    seen.set(bin, before + 1);
    if (uniformInt(random, 0, before) === 0) choices.set(bin, row);
  }
  return choices;
}
