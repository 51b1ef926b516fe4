/** Counts by key, in several maps by the key's first two characters: one `Map` ends at 16.7 million. */
export class KeyCounts {
  readonly #parts = new Map<string, Map<string, number>>();

  add(key: string): void {
    const prefix = key.slice(0, 2);
    let part = this.#parts.get(prefix);
    if (part === undefined) this.#parts.set(prefix, (part = new Map()));
    part.set(key, (part.get(key) ?? 0) + 1);
  }

  /** Keys that were added more often than this. */
  over(most: number): Set<string> {
    const found = new Set<string>();
    for (const part of this.#parts.values()) {
      for (const [key, count] of part) if (count > most) found.add(key);
    }
    return found;
  }
}
