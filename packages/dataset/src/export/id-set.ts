/** A set of ids that gives them back in ascending order. */
export interface IdSet {
  readonly size: number;
  add(id: string): void;
  /** Ascending runs of ids, together all of them. */
  ascending(): Iterable<readonly string[]>;
}

/** Creates an {@link IdSet}, split by the ids' first two characters: one `Set` ends at 16.7 million. */
export function createIdSet(): IdSet {
  const parts = new Map<string, Set<string>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(id) {
      const prefix = id.slice(0, 2);
      const part = parts.get(prefix) ?? new Set();
      const before = part.size;
      parts.set(prefix, part.add(id));
      size += part.size - before;
    },
    *ascending() {
      for (const prefix of [...parts.keys()].toSorted()) {
        yield [...(parts.get(prefix) ?? [])].toSorted();
      }
    },
  };
}
