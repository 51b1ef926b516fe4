import { MegaPairsError } from "@megapairs/spec";
import { checkUnitRows } from "./check-unit-rows.ts";
import { createGalleryScorer } from "./gallery-scorer.ts";
import type { GalleryScorer } from "./gallery-scorer.ts";
import { TopRows } from "./top-rows.ts";
import type { RankedRows } from "./top-rows.ts";

/** Options of {@link rankGallery}. */
export interface RankGalleryOptions {
  /** Row-major float32 `[queries, dimensions]`, every row of L2 norm 1 (within 1e-3). */
  readonly queries: Float32Array;
  /** Row-major float32 `[rows, dimensions]`, every row of L2 norm 1 (within 1e-3). */
  readonly gallery: Float32Array;
  readonly dimensions: number;
  /** Most rows of a ranking, from 1. */
  readonly depth: number;
  /**
   * Place of a row among those with the same score for a query; the smaller comes first. By default the
   * row's number. Where a position tells which candidate is right, give one that does not know it.
   */
  readonly tie?: ((query: number, row: number) => number) | undefined;
  /** Threads of the matrix product; all cores this process may use by default. */
  readonly threads?: number | undefined;
  /** Gallery rows scored in one go; 4,096 by default, 16 MB of scores for 1,020 queries. */
  readonly tileRows?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const QUERIES_AT_A_TIME = 4096;

/**
 * The best gallery rows for each query by inner product, exact: ONNX Runtime's GEMM goes over tiles of
 * the gallery and rules rows out; what is left is scored again in float64 and sorted. The same vectors
 * give the same ranking on every machine, with any number of threads.
 *
 * Memory: the two matrices, two tiles of scores, and twice `depth` candidates for each query.
 *
 * @returns One ranking for each query, of `depth` rows or all there are.
 * @throws `invalid-argument` on lengths that are no multiple of `dimensions`, a depth below 1, or a row
 * with a norm other than 1 (NaN included). Aborts reject with the signal's reason.
 */
export async function rankGallery(options: RankGalleryOptions): Promise<readonly RankedRows[]> {
  const { queries, gallery, dimensions, depth, threads, signal } = options;
  checkUnitRows("queries", queries, dimensions);
  checkUnitRows("gallery", gallery, dimensions);
  if (!Number.isSafeInteger(depth) || depth < 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `depth is ${depth}; expected a whole number from 1.`,
    );
  }
  const rankings: RankedRows[] = [];
  const block = QUERIES_AT_A_TIME * dimensions;
  for (let start = 0; start < queries.length; start += block) {
    const some = queries.subarray(start, start + block);
    const scorer = await createGalleryScorer({ queries: some, dimensions, threads });
    try {
      signal?.throwIfAborted();
      for (const ranking of await rankBlock(
        { ...options, queries: some },
        start / dimensions,
        scorer,
      ))
        rankings.push(ranking);
    } finally {
      await scorer.dispose();
    }
  }
  return rankings;
}

async function rankBlock(
  options: RankGalleryOptions,
  firstQuery: number,
  { score }: GalleryScorer,
): Promise<readonly RankedRows[]> {
  const { queries, gallery, dimensions, tileRows = 4096, signal } = options;
  const { tie = (_, row) => row } = options;
  const top = new TopRows({ ...options, tie: (query, row) => tie(firstQuery + query, row) });
  const total = gallery.length / dimensions;
  let pending: { readonly row: number; readonly scores: Promise<Float32Array> } | undefined;
  for (let row = 0; row < total; row += tileRows) {
    signal?.throwIfAborted();
    const rows = Math.min(tileRows, total - row);
    const tile = gallery.subarray(row * dimensions, (row + rows) * dimensions);
    const next = { row, scores: score(tile, rows) };
    next.scores.catch(() => undefined);
    if (pending !== undefined) top.scan(await pending.scores, pending.row);
    pending = next;
  }
  if (pending !== undefined) top.scan(await pending.scores, pending.row);
  return Array.from({ length: queries.length / dimensions }, (_, query) => top.rank(query));
}
