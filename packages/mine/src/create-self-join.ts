import { availableParallelism, totalmem } from "node:os";
import { checkCounts } from "./check-count.ts";
import { exactJoin } from "./join/exact-join.ts";
import { openVectorStore } from "./join/vector-store.ts";
import { checkRange } from "./plan-tiles.ts";
import type { SelfJoin } from "./self-join.ts";
import { checkBand } from "./similarity-band.ts";

/** Settings of {@link createSelfJoin}. */
export interface CreateSelfJoinSettings {
  /** Cores to use: all that this process may use by default. Changes the time, not the result. */
  readonly threads?: number | undefined;
  /**
   * Bytes of vectors that are held in memory, half of the machine's by default: a source of more is
   * read again and again. Changes the time, not the result.
   */
  readonly memoryBytes?: number | undefined;
}

/**
 * A self-join by ONNX Runtime's GEMM: for each thread one that multiplies and one that sifts the
 * scores. What could matter is scored once more, in float64, so that the records are those of
 * {@link selfJoin}, to the bit, whatever the threads and tiles.
 *
 * Every call opens threads and ends them. Memory: the vectors, once more where a matrix is not over a
 * SharedArrayBuffer; 12 bytes for each neighbour a query may keep; records are made as they are read.
 * Pairs of query rows are scored once, other pairs of a query row too: a join cut into row ranges
 * takes up to twice the time of the whole, whose records can be sliced instead.
 */
export function createSelfJoin(settings: CreateSelfJoinSettings = {}): SelfJoin {
  const { threads = availableParallelism(), memoryBytes = totalmem() / 2 } = settings;
  checkCounts({ threads }, 1);
  return async (options) => {
    const { matrix, band, k, rows, signal, tileRows = 1, nearDuplicateLimit = 1 } = options;
    signal?.throwIfAborted();
    checkBand(band);
    checkCounts({ k, tileRows, nearDuplicateLimit }, 1);
    if (rows !== undefined) checkRange(rows, matrix.ids.length);
    const store = await openVectorStore({ vectors: matrix, memoryBytes, signal });
    return exactJoin(options, { store, threads });
  };
}
