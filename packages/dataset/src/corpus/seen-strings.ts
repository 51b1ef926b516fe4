/** Says whether a string was seen before, and remembers it. */
export type SeenStrings = (text: string) => boolean;

const SETS = 256;

/** Creates a {@link SeenStrings} that is not bound to the 16.7 million entries of one `Set`. */
export function createSeenStrings(): SeenStrings {
  const sets = Array.from({ length: SETS }, () => new Set<string>());
  return (text) => {
    let hash = 0;
    for (let index = 0; index < text.length; index += 1) {
      hash = (Math.imul(hash, 31) + text.charCodeAt(index)) >>> 0;
    }
    const set = sets[hash % SETS];
    if (set === undefined || set.has(text)) return true;
    set.add(text);
    return false;
  };
}
