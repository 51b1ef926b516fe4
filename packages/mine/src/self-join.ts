import { setImmediate as nextTurn } from "node:timers/promises";
import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingMatrix, NearDuplicateRecord, NeighbourRecord } from "@megapairs/spec";
import { BestRowsByQuery } from "./best-rows.ts";
import { checkCounts } from "./check-count.ts";
import { checkMatrix } from "./check-matrix.ts";
import { countTiles, planTiles } from "./plan-tiles.ts";
import type { RowRange, Tile } from "./plan-tiles.ts";
import { checkBand } from "./similarity-band.ts";
import type { SimilarityBand } from "./similarity-band.ts";
import { multiplyTiles } from "./tile-product.ts";
import type { TileProduct } from "./tile-product.ts";

/** How far a join is. */
export interface SelfJoinProgress {
  readonly completedTiles: number;
  readonly totalTiles: number;
}

/** Options of a {@link SelfJoin}. */
export interface SelfJoinOptions {
  readonly matrix: EmbeddingMatrix;
  /** Name of the similarity model: `I`, `D`, `T` in the paper. */
  readonly relation: string;
  readonly band: SimilarityBand;
  /** Most neighbours kept for a query. */
  readonly k: number;
  /** Query rows, for a shard; all by default. Every row of the matrix is a candidate. */
  readonly rows?: RowRange | undefined;
  /** Most near duplicates listed for an image, 100 by default; `total` counts all of them. */
  readonly nearDuplicateLimit?: number | undefined;
  /** Query rows in a tile, 256 by default: with 768 dimensions a tile takes some 20 ms. */
  readonly tileRows?: number | undefined;
  /** Candidate rows in a tile, as many as `tileRows` by default. */
  readonly tileColumns?: number | undefined;
  /** {@link multiplyTiles} by default. */
  readonly product?: TileProduct | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each tile. */
  readonly onProgress?: ((progress: SelfJoinProgress) => void) | undefined;
}

/** Result of a {@link SelfJoin}. */
export interface SelfJoinResult {
  /** One for every query row, in row order; without neighbours where the band caught nothing. */
  readonly neighbours: readonly NeighbourRecord[];
  /** One for every query row that has any, in row order. */
  readonly nearDuplicates: readonly NearDuplicateRecord[];
}

/** A way to find the neighbours of a corpus within itself: exact, or one day approximate. */
export type SelfJoin = (options: SelfJoinOptions) => Promise<SelfJoinResult>;

/**
 * The exact self-join: for each query row the `k` best other rows with a score strictly inside the
 * band, best first, equal scores by ascending id, ranks from 1.
 *
 * Scores are clamped to [-1, 1]. A score at `band.upper` or over makes a near duplicate, which is
 * listed apart. The result has the same bits for any tile size, and a row range gives the same
 * records as the whole join, as long as the product keeps its promise (the default one does). Pairs
 * of query rows are scored once. Memory beyond matrix and result: one tile of scores. The event
 * loop runs between tiles.
 *
 * Rejects with `invalid-argument` on a matrix that {@link checkMatrix} refuses or on settings out of
 * range, with `invalid-output` when the product gives a wrong length or NaN.
 */
export async function selfJoin(options: SelfJoinOptions): Promise<SelfJoinResult> {
  const { matrix, band, product = multiplyTiles, signal, onProgress } = options;
  const { ids, dimensions, vectors } = matrix;
  const { tileRows = 256, nearDuplicateLimit = 100 } = options;
  const { rows: queries = { start: 0, end: ids.length }, tileColumns = tileRows } = options;
  signal?.throwIfAborted();
  checkMatrix(matrix);
  checkBand(band);
  checkCounts({ k: options.k, tileRows, tileColumns, nearDuplicateLimit }, 1);
  checkRange(queries, ids.length);

  const plan = { rowCount: ids.length, queries, tileRows, tileColumns };
  const kept = new BestRowsByQuery(options.k);
  const copies = new BestRowsByQuery(nearDuplicateLimit);
  const totalTiles = countTiles(plan);
  let completedTiles = 0;
  for (const tile of planTiles(plan)) {
    const { left, right } = tile;
    const scores = await product(
      vectors.subarray(left.start * dimensions, left.end * dimensions),
      left.end - left.start,
      vectors.subarray(right.start * dimensions, right.end * dimensions),
      right.end - right.start,
      dimensions,
    );
    scan(tile, scores, band, queries, kept, copies);
    completedTiles += 1;
    onProgress?.({ completedTiles, totalTiles });
    await nextTurn();
    signal?.throwIfAborted();
  }
  return {
    neighbours: neighbourRecords(kept, queries, options),
    nearDuplicates: nearDuplicateRecords(copies, queries, options),
  };
}

function scan(
  { left, right }: Tile,
  scores: Float32Array,
  { lower, upper }: SimilarityBand,
  queries: RowRange,
  kept: BestRowsByQuery,
  copies: BestRowsByQuery,
): void {
  const width = right.end - right.start;
  const expected = (left.end - left.start) * width;
  if (scores.length !== expected) {
    throw new MegaPairsError(
      "invalid-output",
      `The tile product gave ${scores.length} scores; expected ${expected}.`,
    );
  }
  const floor = lower < -1 ? -Infinity : lower;
  for (let query = left.start; query < left.end; query += 1) {
    const offset = (query - left.start) * width - right.start;
    for (let row = right.start; row < right.end; row += 1) {
      const raw = scores[offset + row]!;
      if (raw <= floor || row === query) continue;
      if (Number.isNaN(raw)) {
        throw new MegaPairsError(
          "invalid-output",
          `The tile product gave NaN for rows ${query} and ${row}; expected a cosine.`,
        );
      }
      const score = Math.max(-1, Math.min(1, raw));
      const keeper = score < upper ? kept : copies;
      keeper.offer(query, row, score);
      if (row >= left.end && row < queries.end) keeper.offer(row, query, score);
    }
  }
}

function neighbourRecords(
  kept: BestRowsByQuery,
  queries: RowRange,
  { matrix, relation }: SelfJoinOptions,
): NeighbourRecord[] {
  const records: NeighbourRecord[] = [];
  for (let query = queries.start; query < queries.end; query += 1) {
    const best = kept.get(query);
    const neighbours = (best?.rows ?? []).map((row, place) => ({
      id: matrix.ids[row]!,
      score: best!.scores[place]!,
      rank: place + 1,
    }));
    records.push({ queryId: matrix.ids[query]!, relation, neighbours });
  }
  return records;
}

function nearDuplicateRecords(
  copies: BestRowsByQuery,
  queries: RowRange,
  { matrix, relation }: SelfJoinOptions,
): NearDuplicateRecord[] {
  const records: NearDuplicateRecord[] = [];
  for (let query = queries.start; query < queries.end; query += 1) {
    const best = copies.get(query);
    if (best === undefined) continue;
    const nearDuplicateIds = best.rows.map((row) => matrix.ids[row]!);
    records.push({
      imageId: matrix.ids[query]!,
      relation,
      nearDuplicateIds,
      total: best.offered,
    });
  }
  return records;
}

function checkRange({ start, end }: RowRange, rowCount: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (whole && start >= 0 && start <= end && end <= rowCount) return;
  throw new MegaPairsError(
    "invalid-argument",
    `Query rows ${start}..${end} are not a range within 0..${rowCount}.`,
  );
}
