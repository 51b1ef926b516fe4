import { availableParallelism, totalmem } from "node:os";
import { MegaPairsError } from "@megapairs/spec";
import type { VectorScratch } from "@megapairs/spec";
import { checkCounts } from "./check-count.ts";
import { clusteredJoin } from "./cluster/clustered-join.ts";
import { exactJoin } from "./join/exact-join.ts";
import { openGemm } from "./join/gemm.ts";
import { openVectorStore } from "./join/vector-store.ts";
import { checkRange } from "./plan-tiles.ts";
import type { SelfJoin, SelfJoinOptions } from "./self-join.ts";
import { checkBand } from "./similarity-band.ts";

/** Settings of {@link createSelfJoin}. */
export interface CreateSelfJoinSettings {
  /** Cores to use: all that this process may use by default. Changes the time, not the result. */
  readonly threads?: number | undefined;
  /**
   * Share of the neighbours in the band, and of the near duplicates, that is to be found: 1, all, by
   * default. Less is found among lists of similar rows, in a fraction of the time.
   */
  readonly recall?: number | undefined;
  /** Decides lists and sample where `recall` is below 1, and is required there. */
  readonly seed?: number | undefined;
  /** Queries that the recall is measured on, 1000 by default. */
  readonly sampleQueries?: number | undefined;
  /** Rows from which on lists are tried, 50,000 by default: for fewer the exact join is as fast. */
  readonly leastRows?: number | undefined;
  /**
   * Bytes of vectors that are held in memory, half of the machine's by default: a source of more is
   * read again and again. Changes the time, not the result.
   */
  readonly memoryBytes?: number | undefined;
  /**
   * Where lists of such a source are laid side by side, which makes reading them much faster:
   * `createVectorScratch` of `@megapairs/dataset`. None by default.
   */
  readonly scratch?: VectorScratch | undefined;
}

/**
 * A self-join by ONNX Runtime's GEMM: for each thread one that multiplies and one that sifts the
 * scores. What could matter is scored once more, in float64, so that the records are those of
 * {@link selfJoin}, to the bit, whatever the threads and tiles.
 *
 * With a `recall` below 1, rows are sorted into lists by k-means, and a row is scored against the
 * lists whose centres are nearly as similar to it as its own list's. How nearly, the miner finds out
 * on a sample of queries that it joins exactly: so that the 95 % interval of the recall measured
 * there lies above the target. Every score that is reported is exact, some neighbours are missing,
 * and `method` says how many. The exact join is made instead, and `method` says why, below
 * `leastRows`, for row ranges, and where lists would save less than half. The same vectors, settings
 * and seed give the same records, at any number of threads, on processors whose GEMM has the same
 * bits.
 *
 * Every call opens threads and ends them. Memory: the vectors, once more where a matrix is not over a
 * SharedArrayBuffer; 16 bytes for each neighbour a query may keep, 8 for each it has once the join is
 * done; records are made as they are read.
 * Pairs of query rows are scored once, other pairs of a query row too: a join cut into row ranges
 * takes up to twice the time of the whole, whose records can be sliced instead.
 *
 * Throws `invalid-argument` on settings out of range; calls reject as {@link selfJoin}.
 */
export function createSelfJoin(settings: CreateSelfJoinSettings = {}): SelfJoin {
  const { threads = availableParallelism(), memoryBytes = totalmem() / 2, recall = 1 } = settings;
  const { leastRows = 50_000, sampleQueries = 1000, seed, scratch } = settings;
  checkCounts({ threads, sampleQueries }, 1);
  if (!(recall > 0 && recall <= 1)) {
    throw invalid(`The recall is ${recall}; expected more than 0 and at most 1.`);
  }
  if (recall < 1 && !Number.isSafeInteger(seed)) {
    throw invalid(`The seed is ${seed}; expected a whole number where the recall is below 1.`);
  }
  return async (options) => {
    checkOptions(options);
    const { matrix: vectors, signal } = options;
    const store = await openVectorStore({ vectors, memoryBytes, signal });
    const gemms = await Promise.all(Array.from({ length: threads }, openGemm));
    try {
      let reason = recall < 1 ? whyExact(options) : undefined;
      if (recall < 1 && reason === undefined) {
        const settled = { store, gemms, recall, sampleQueries, seed: seed ?? 0, scratch };
        const joined = await clusteredJoin(options, settled);
        if (typeof joined !== "string") return joined;
        reason = joined;
      }
      return await exactJoin(options, { store, gemms, reason });
    } finally {
      await Promise.all(gemms.map((gemm) => gemm.dispose()));
    }
  };

  function whyExact({ matrix, rows }: SelfJoinOptions): string | undefined {
    const rowCount = matrix.ids.length;
    if (rowCount < leastRows) return `${rowCount} rows are fewer than ${leastRows}`;
    return rows === undefined ? undefined : "a row range is joined exactly";
  }
}

function checkOptions(options: SelfJoinOptions): void {
  const { matrix, band, k, rows, signal, tileRows = 1, nearDuplicateLimit = 1 } = options;
  signal?.throwIfAborted();
  checkBand(band);
  checkCounts({ k, tileRows, nearDuplicateLimit }, 1);
  if (rows !== undefined) checkRange(rows, matrix.ids.length);
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
