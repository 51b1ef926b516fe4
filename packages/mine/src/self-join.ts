import { setImmediate as nextTurn } from "node:timers/promises";
import type {
  EmbeddingMatrix,
  NearDuplicateRecord,
  NeighbourRecord,
  VectorSource,
} from "@megapairs/spec";
import { checkCounts } from "./check-count.ts";
import { checkMatrix } from "./check-matrix.ts";
import type { JoinMethod } from "./join-method.ts";
import { readMatrix } from "./join/read-matrix.ts";
import { nearDuplicateRecords, neighbourRecords } from "./join/table-records.ts";
import { checkRange, countTiles, planTiles } from "./plan-tiles.ts";
import type { RowRange } from "./plan-tiles.ts";
import type { RecordList } from "./record-list.ts";
import { checkBand } from "./similarity-band.ts";
import type { SimilarityBand } from "./similarity-band.ts";
import { multiplyTiles } from "./tile-product.ts";
import type { TileProduct } from "./tile-product.ts";
import { TileScan } from "./tile-scan.ts";

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
  /** Rows on either side of a tile; what suits the join by default. */
  readonly tileRows?: number | undefined;
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

/** A way to find the neighbours of a corpus within itself. */
export type SelfJoin = (options: SelfJoinOptions) => Promise<SelfJoinResult>;

/** Options of {@link selfJoin}. */
export interface PlainSelfJoinOptions extends SelfJoinOptions {
  /** Candidate rows in a tile, as many as `tileRows` by default, which is 256. */
  readonly tileColumns?: number | undefined;
  /** {@link multiplyTiles} by default. */
  readonly product?: TileProduct | undefined;
}

/** Result of {@link selfJoin}: arrays. */
export interface PlainSelfJoinResult extends SelfJoinResult {
  readonly neighbours: readonly NeighbourRecord[];
  readonly nearDuplicates: readonly NearDuplicateRecord[];
}

/**
 * The exact self-join in plain TypeScript, on one core: for each query row the `k` best other rows with
 * a score strictly inside the band, best first, equal scores by ascending id, ranks from 1.
 *
 * Scores are clamped to [-1, 1]. A score at `band.upper` or over makes a near duplicate, which is
 * listed apart. The result has the same bits for any tile size, and a row range gives the same
 * records as the whole join, as long as the product keeps its promise (the default one does). Pairs of
 * query rows are scored once. Memory beyond matrix and result: one tile of scores, and for each query
 * twice as many candidates as are kept. The event loop runs between tiles.
 *
 * Rejects with `invalid-argument` on a matrix that {@link checkMatrix} refuses or on settings out of
 * range, with `invalid-output` when the product gives a wrong length or NaN.
 */
export async function selfJoin(options: PlainSelfJoinOptions): Promise<PlainSelfJoinResult> {
  const { band, k, relation, product = multiplyTiles, signal, onProgress } = options;
  const matrix = await readMatrix(options.matrix);
  const { ids, dimensions } = matrix;
  const { tileRows = 256, nearDuplicateLimit = 100 } = options;
  const { rows: queries = { start: 0, end: ids.length }, tileColumns = tileRows } = options;
  signal?.throwIfAborted();
  checkMatrix(matrix);
  checkBand(band);
  checkCounts({ k, tileRows, tileColumns, nearDuplicateLimit }, 1);
  checkRange(queries, ids.length);

  const plan = { rowCount: ids.length, queries, tileRows, tileColumns };
  const scan = new TileScan({ band, queries, k, nearDuplicateLimit, rowCount: ids.length });
  const totalTiles = countTiles(plan);
  let completedTiles = 0;
  for (const tile of planTiles(plan)) {
    const { left, right } = tile;
    const scores = await product(
      rowsOf(matrix, left),
      left.end - left.start,
      rowsOf(matrix, right),
      right.end - right.start,
      dimensions,
    );
    scan.scan(tile, scores);
    completedTiles += 1;
    onProgress?.({ completedTiles, totalTiles });
    await nextTurn();
    signal?.throwIfAborted();
  }
  for (let query = queries.start; query < queries.end; query += 1) {
    scan.rank(query);
    if (query % QUERIES_PER_TURN !== 0) continue;
    await nextTurn();
    signal?.throwIfAborted();
  }
  const records = { ids, relation, queries, tableRowOf: (row: number) => row - queries.start };
  return {
    neighbours: neighbourRecords({ ...records, table: scan.kept }).slice(),
    nearDuplicates: nearDuplicateRecords({ ...records, table: scan.copies }).slice(),
  };
}

/** Queries that are ranked before the event loop has its turn. */
const QUERIES_PER_TURN = 256;

function rowsOf({ dimensions, vectors }: EmbeddingMatrix, { start, end }: RowRange): Float32Array {
  return vectors.subarray(start * dimensions, end * dimensions);
}
