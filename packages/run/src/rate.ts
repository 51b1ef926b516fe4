/** A smoothed rate of items. */
export interface Rate {
  /** Counts items at a time. */
  add(items: number, atMs: number): void;
  /** Items a second at a time; `undefined` before any time has passed or any item has come. */
  perSecond(atMs: number): number | undefined;
}

/**
 * An average over the past in which a moment `age` ago weighs exp(−age/`memoryMs`): items and time
 * decay alike, so that the average is unbiased from the first second on.
 */
export function createRate(startMs: number, memoryMs: number): Rate {
  let items = 0;
  let elapsedMs = 0;
  let lastMs = startMs;
  const moveTo = (atMs: number): void => {
    const stepMs = Math.max(0, atMs - lastMs);
    const kept = Math.exp(-stepMs / memoryMs);
    items *= kept;
    elapsedMs = elapsedMs * kept + memoryMs * (1 - kept);
    lastMs += stepMs;
  };
  return {
    add(count, atMs) {
      moveTo(atMs);
      items += count;
    },
    perSecond(atMs) {
      moveTo(atMs);
      return elapsedMs > 0 && items > 0 ? (items / elapsedMs) * 1000 : undefined;
    },
  };
}
