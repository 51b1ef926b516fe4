import type { Gemm } from "../join/gemm.ts";

/** Several cores that multiply. */
export interface GemmPool {
  /** Does all items, one at a time on each core. Rejects with what the first to fail rejects with. */
  each<Item>(items: Iterable<Item>, work: (gemm: Gemm, item: Item) => Promise<void>): Promise<void>;
}

/** Shares work out among products. */
export function createGemmPool(gemms: readonly Gemm[], signal: AbortSignal | undefined): GemmPool {
  return {
    async each(items, work) {
      const iterator = items[Symbol.iterator]();
      const failure = new AbortController();
      const ends = await Promise.allSettled(
        gemms.map(async (gemm) => {
          while (!failure.signal.aborted) {
            const next = iterator.next();
            if (next.done === true) return;
            try {
              signal?.throwIfAborted();
              await work(gemm, next.value);
            } catch (error) {
              failure.abort();
              throw error;
            }
          }
        }),
      );
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    },
  };
}
