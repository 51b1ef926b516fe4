/** Where a line is in its file, in bytes, its end left aside. */
interface LinePlace {
  readonly offset: number;
  readonly length: number;
}

/** Places of lines by key. */
export interface LineIndex {
  readonly size: number;
  get(key: string): LinePlace | undefined;
  set(key: string, place: LinePlace): void;
}

/** Creates a {@link LineIndex}, split by the keys' first two characters: one `Map` ends at 16.7 million. */
export function createLineIndex(): LineIndex {
  const parts = new Map<string, Map<string, LinePlace>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    get: (key) => parts.get(key.slice(0, 2))?.get(key),
    set(key, place) {
      const prefix = key.slice(0, 2);
      const part = parts.get(prefix) ?? new Map();
      if (!part.has(key)) size += 1;
      parts.set(prefix, part.set(key, place));
    },
  };
}
