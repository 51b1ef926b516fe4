import { setImmediate as nextTurn } from "node:timers/promises";
import { MegaPairsError } from "@megapairs/spec";
import type {
  EmbeddingMatrix,
  NearDuplicateRecord,
  NeighbourRecord,
  VectorSource,
} from "@megapairs/spec";
import type { BestRowsByQuery } from "./best-rows.ts";
import { checkCounts } from "./check-count.ts";
import { checkMatrix } from "./check-matrix.ts";
import type { JoinMethod } from "./join-method.ts";
import { readMatrix } from "./join/read-matrix.ts";
import { checkRange, countTiles, planTiles } from "./plan-tiles.ts";
import type { RowRange } from "./plan-tiles.ts";
import type { RecordList } from "./record-list.ts";
import { scoreTiles } from "./score-tiles.ts";
import type { ScoreEstimate } from "./score-estimate.ts";
import { checkBand } from "./similarity-band.ts";
import type { SimilarityBand } from "./similarity-band.ts";
import { TileScan } from "./tile-scan.ts";
import type { TileProduct } from "./tile-product.ts";

/** How far a join is. */
export interface SelfJoinProgress {
  readonly completedTiles: number;
  readonly totalTiles: number;
}

/** Options of a {@link SelfJoin}. */
export interface SelfJoinOptions {
  /** Checked, and refused as {@link checkMatrix} does. */
  readonly matrix: EmbeddingMatrix | VectorSource;
  /** Name of the similarity model: `I`, `D`, `T` in the paper. */
  readonly relation: string;
  readonly band: SimilarityBand;
  /** Most neighbours kept for a query. */
  readonly k: number;
  /** Query rows, for a shard; all by default. Every row of the matrix is a candidate. */
  readonly rows?: RowRange | undefined;
  /** Most near duplicates listed for an image, 100 by default; `total` counts all of them. */
  readonly nearDuplicateLimit?: number | undefined;
  /** Query rows in a tile: 256 by default, 1024 with an `estimate`. */
  readonly tileRows?: number | undefined;
  /** Candidate rows in a tile, as many as `tileRows` by default. */
  readonly tileColumns?: number | undefined;
  /** {@link multiplyTiles} by default. */
  readonly product?: TileProduct | undefined;
  /**
   * A faster way to the same result, instead of `product`: {@link createGemmEstimate}'s. What it
   * cannot rule out is scored by {@link multiplyTiles}' arithmetic. None by default.
   */
  readonly estimate?: ScoreEstimate | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each tile. */
  readonly onProgress?: ((progress: SelfJoinProgress) => void) | undefined;
}

/** Result of a {@link SelfJoin}. */
export interface SelfJoinResult {
  /** One for every query row, in row order; without neighbours where the band caught nothing. */
  readonly neighbours: RecordList<NeighbourRecord>;
  /** One for every query row that has any, in row order. */
  readonly nearDuplicates: RecordList<NearDuplicateRecord>;
  /** How it was made; exactly, where it does not say. */
  readonly method?: JoinMethod | undefined;
}

/** Result of {@link selfJoin}: arrays. */
export interface PlainSelfJoinResult extends SelfJoinResult {
  readonly neighbours: readonly NeighbourRecord[];
  readonly nearDuplicates: readonly NearDuplicateRecord[];
}

/** A way to find the neighbours of a corpus within itself. */
export type SelfJoin = (options: SelfJoinOptions) => Promise<SelfJoinResult>;

/**
 * The exact self-join: for each query row the `k` best other rows with a score strictly inside the
 * band, best first, equal scores by ascending id, ranks from 1.
 *
 * Scores are clamped to [-1, 1]. A score at `band.upper` or over makes a near duplicate, which is
 * listed apart. The result has the same bits for any tile size, and a row range gives the same
 * records as the whole join, as long as the product keeps its promise (the default one does, and an
 * estimate need not). Pairs of query rows are scored once. Memory beyond matrix and result: one tile
 * of scores, two with an estimate, and for each query as many candidates again as are kept. The
 * event loop runs between tiles.
 *
 * Rejects with `invalid-argument` on a matrix that {@link checkMatrix} refuses or on settings out of
 * range, with `invalid-output` when the product gives a wrong length or NaN.
 */
export async function selfJoin(options: SelfJoinOptions): Promise<PlainSelfJoinResult> {
  const { band, k, product, estimate, signal, onProgress } = options;
  const matrix = await readMatrix(options.matrix);
  const { ids, dimensions } = matrix;
  const { tileRows = estimate === undefined ? 256 : 1024, nearDuplicateLimit = 100 } = options;
  const { rows: queries = { start: 0, end: ids.length }, tileColumns = tileRows } = options;
  signal?.throwIfAborted();
  checkMatrix(matrix);
  checkBand(band);
  checkCounts({ k, tileRows, tileColumns, nearDuplicateLimit }, 1);
  checkRange(queries, ids.length);
  if (product !== undefined && estimate !== undefined) {
    throw new MegaPairsError("invalid-argument", "Found a product and an estimate; expected one.");
  }

  const plan = { rowCount: ids.length, queries, tileRows, tileColumns };
  const tolerance = estimate?.tolerance(dimensions) ?? 0;
  const tileScan = new TileScan({ matrix, band, queries, k, nearDuplicateLimit, tolerance });
  const totalTiles = countTiles(plan);
  let completedTiles = 0;
  for await (const { tile, scores } of scoreTiles({
    tiles: planTiles(plan),
    matrix,
    product: estimate?.product ?? product,
    isAhead: estimate !== undefined,
  })) {
    tileScan.scan(tile, scores);
    completedTiles += 1;
    onProgress?.({ completedTiles, totalTiles });
    await nextTurn();
    signal?.throwIfAborted();
  }
  const { kept, copies } = tileScan;
  return {
    neighbours: await neighbourRecords(kept, queries, options),
    nearDuplicates: nearDuplicateRecords(copies, queries, options),
  };
}

async function neighbourRecords(
  kept: BestRowsByQuery,
  queries: RowRange,
  { matrix, relation, signal }: SelfJoinOptions,
): Promise<NeighbourRecord[]> {
  const records: NeighbourRecord[] = [];
  for (let query = queries.start; query < queries.end; query += 1) {
    const { rows = [], scores = [] } = kept.get(query)?.rank() ?? {};
    const neighbours = rows.map((row, place) => ({
      id: matrix.ids[row]!,
      score: scores[place]!,
      rank: place + 1,
    }));
    records.push({ queryId: matrix.ids[query]!, relation, neighbours });
    if (records.length % QUERIES_PER_TURN !== 0) continue;
    await nextTurn();
    signal?.throwIfAborted();
  }
  return records;
}

/** Queries whose neighbours are ranked before the event loop has its turn. */
const QUERIES_PER_TURN = 256;

function nearDuplicateRecords(
  copies: BestRowsByQuery,
  queries: RowRange,
  { matrix, relation }: SelfJoinOptions,
): NearDuplicateRecord[] {
  const records: NearDuplicateRecord[] = [];
  for (let query = queries.start; query < queries.end; query += 1) {
    const best = copies.get(query);
    if (best === undefined) continue;
    const nearDuplicateIds = best.rank().rows.map((row) => matrix.ids[row]!);
    records.push({
      imageId: matrix.ids[query]!,
      relation,
      nearDuplicateIds,
      total: best.offered,
    });
  }
  return records;
}
