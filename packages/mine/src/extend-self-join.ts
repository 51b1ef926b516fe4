import { availableParallelism, totalmem } from "node:os";
import { MegaPairsError } from "@megapairs/spec";
import type { NearDuplicateRecord, NeighbourRecord } from "@megapairs/spec";
import { checkCounts } from "./check-count.ts";
import { loadEarlier } from "./extend/load-earlier.ts";
import { planExtension } from "./extend/plan-extension.ts";
import { openGemm } from "./join/gemm.ts";
import { joinTasks } from "./join/join-tasks.ts";
import { nearDuplicateRecords, neighbourRecords } from "./join/table-records.ts";
import { openVectorStore } from "./join/vector-store.ts";
import type { SelfJoinOptions, SelfJoinResult } from "./self-join.ts";
import { checkBand } from "./similarity-band.ts";
import type { SimilarityBand } from "./similarity-band.ts";

/** An earlier join of some of the images, whole, and what it was made with. */
export interface EarlierJoin {
  readonly band: SimilarityBand;
  readonly k: number;
  /** 100 by default, as in the join. */
  readonly nearDuplicateLimit?: number | undefined;
  readonly dimensions: number;
  /** Of the encoder; compared where both sides give one. */
  readonly fingerprint?: string | undefined;
  /** One for each image joined, in any order. */
  readonly neighbours: Iterable<NeighbourRecord>;
  /** In any order. */
  readonly nearDuplicates: Iterable<NearDuplicateRecord>;
}

/** Options of {@link extendSelfJoin}: the vectors are those of all images, old and new. */
export interface ExtendSelfJoinOptions extends Pick<
  SelfJoinOptions,
  "matrix" | "relation" | "band" | "k" | "nearDuplicateLimit" | "signal" | "onProgress"
> {
  readonly earlier: EarlierJoin;
  /** Of the encoder. */
  readonly fingerprint?: string | undefined;
  /** As of `createSelfJoin`. */
  readonly threads?: number | undefined;
  /** As of `createSelfJoin`. */
  readonly memoryBytes?: number | undefined;
}

/** Result of {@link extendSelfJoin}. */
export interface ExtendSelfJoinResult extends SelfJoinResult {
  /** Images that the earlier join knew and whose records have changed, ascending. */
  readonly changedIds: readonly string[];
  /** Images that it did not know, ascending. */
  readonly addedIds: readonly string[];
}

/**
 * Joins images that came later with all: records of all images, the same as of joining everything at
 * once, to the bit, for `new × all` scores instead of `all × all`. Of an earlier join to a recall,
 * what it missed stays missing.
 *
 * Rejects with `invalid-argument` where the earlier join had another relation, band, `k`, limit,
 * number of dimensions or fingerprint, or knows an image that is not there any more: then join anew.
 */
export async function extendSelfJoin(
  options: ExtendSelfJoinOptions,
): Promise<ExtendSelfJoinResult> {
  const { matrix: vectors, band, k, nearDuplicateLimit = 100, signal, relation } = options;
  const { threads = availableParallelism(), memoryBytes = totalmem() / 2, earlier } = options;
  signal?.throwIfAborted();
  checkBand(band);
  checkCounts({ k, nearDuplicateLimit, threads }, 1);
  checkSame(options);
  const store = await openVectorStore({ vectors, memoryBytes, signal });
  const { ids } = store;
  const queries = { start: 0, end: ids.length };
  const known = await loadEarlier({ store, relation, earlier });
  const { rowAt, oldCount, ...plan } = planExtension(known.isOld, threads);
  const positionOf = new Int32Array(ids.length);
  for (const [position, row] of rowAt.entries()) positionOf[row] = position;
  const tableRowOf = (row: number): number => positionOf[row]!;

  const gemms = await Promise.all(Array.from({ length: threads }, openGemm));
  try {
    const { kept, copies } = await joinTasks({
      ...options,
      ...plan,
      store,
      gemms,
      queries,
      rowAt,
      prepare: (tables) => known.offerTo(tables, tableRowOf),
    });
    const records = { ids, relation, queries, tableRowOf };
    const changedIds: string[] = [];
    for (let position = 0; position < oldCount; position += 1) {
      const row = rowAt[position]!;
      const hasMore = copies.totals[position]! > known.nearDuplicatesOf(row);
      if (hasMore || holdsNew(kept, position, known.isOld)) changedIds.push(ids[row]!);
    }
    return {
      neighbours: neighbourRecords({ ...records, table: kept }),
      nearDuplicates: nearDuplicateRecords({ ...records, table: copies }),
      method: { name: "exact" },
      changedIds,
      addedIds: Array.from(rowAt.subarray(oldCount), (row) => ids[row]!),
    };
  } finally {
    await Promise.all(gemms.map((gemm) => gemm.dispose()));
  }
}

function holdsNew(
  { places, counts, rows, capacity }: Parameters<typeof neighbourRecords>[0]["table"],
  position: number,
  isOld: Uint8Array,
): boolean {
  const start = (places[position]! - 1) * capacity;
  for (let at = start; at < start + counts[position]!; at += 1) {
    if (isOld[rows[at]!] === 0) return true;
  }
  return false;
}

function checkSame(options: ExtendSelfJoinOptions): void {
  const { earlier, matrix, band, k, nearDuplicateLimit = 100, fingerprint } = options;
  const limit = earlier.nearDuplicateLimit ?? 100;
  checkEqual("the lower bound", earlier.band.lower, band.lower);
  checkEqual("the upper bound", earlier.band.upper, band.upper);
  checkEqual("k =", earlier.k, k);
  checkEqual("a limit of near duplicates of", limit, nearDuplicateLimit);
  checkEqual("vectors of dimensions", earlier.dimensions, matrix.dimensions);
  if (earlier.fingerprint === undefined || fingerprint === undefined) return;
  checkEqual("the fingerprint", earlier.fingerprint, fingerprint);
}

function checkEqual(what: string, found: string | number, expected: string | number): void {
  if (found === expected) return;
  throw new MegaPairsError(
    "invalid-argument",
    `The earlier join has ${what} ${found}; expected ${expected}: join anew instead.`,
  );
}
