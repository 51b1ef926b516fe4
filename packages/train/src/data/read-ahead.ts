/** Options of {@link readAhead}. */
export interface ReadAheadOptions<Result> {
  /** Makes the result of a position. Positions count up from 0, without end. */
  readonly work: (position: number) => Promise<Result>;
  /** Most positions in work at once. */
  readonly concurrency: number;
  /** Most results that are in work or wait to be taken. */
  readonly ahead: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Yields results in order of their positions, and works on later ones meanwhile, also while the
 * caller does something else. When the caller stops, a result fails or the signal aborts, nothing
 * more is begun, and what is in work is awaited first.
 */
export async function* readAhead<Result>(
  options: ReadAheadOptions<Result>,
): AsyncGenerator<Result> {
  const { work, concurrency, ahead, signal } = options;
  const results: Promise<Result>[] = [];
  let next = 0;
  let active = 0;
  let hasEnded = false;

  async function begin(position: number): Promise<Result> {
    active += 1;
    try {
      return await work(position);
    } finally {
      active -= 1;
      fill();
    }
  }
  function fill(): void {
    if (hasEnded || signal?.aborted === true) return;
    while (active < concurrency && results.length < ahead) {
      const result = begin(next);
      result.catch(() => undefined);
      results.push(result);
      next += 1;
    }
  }

  try {
    for (;;) {
      signal?.throwIfAborted();
      fill();
      yield await results.shift()!;
    }
  } finally {
    hasEnded = true;
    await Promise.allSettled(results);
  }
}
