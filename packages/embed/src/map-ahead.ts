/** Options of {@link mapAhead}. */
export interface MapAheadOptions<Item, Result> {
  readonly items: AsyncIterable<Item> | Iterable<Item>;
  /** Most items in work at once. */
  readonly concurrency: number;
  readonly work: (item: Item, signal: AbortSignal) => Promise<Result>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Works on the next items while earlier results are awaited, and yields results in item order.
 *
 * An item is read once one of the `concurrency` places is free. When a result fails, the caller's
 * signal aborts, or the caller stops reading, the rest is aborted and awaited first.
 */
export async function* mapAhead<Item, Result>({
  items,
  concurrency,
  work,
  signal: outer,
}: MapAheadOptions<Item, Result>): AsyncGenerator<Result> {
  const stop = new AbortController();
  const signal = outer === undefined ? stop.signal : AbortSignal.any([outer, stop.signal]);
  const pending: Promise<Result>[] = [];
  try {
    signal.throwIfAborted();
    for await (const item of items) {
      signal.throwIfAborted();
      const result = work(item, signal);
      result.catch(() => undefined);
      pending.push(result);
      if (pending.length === concurrency) yield await pending.shift()!;
    }
    while (pending.length > 0) yield await pending.shift()!;
  } finally {
    stop.abort();
    await Promise.allSettled(pending);
  }
}
