import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";

/** Random choices from one seed. */
export interface SeededRandom {
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Uniform integer in [0, count). */
  below(count: number): number;
  /** One of the items, each equally likely. */
  pick<Item>(items: readonly Item[]): Item;
  /** The items in a random order, a new array. */
  shuffle<Item>(items: readonly Item[]): Item[];
}

/**
 * A seed for a named part of something seeded: FNV-1a over the parts' text, so that it depends on
 * names and indices alone and never on the order of calls. An int32.
 */
export function deriveSeed(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of parts.join("\u0000")) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

/** A generator (xoroshiro128+) seeded by {@link deriveSeed} of the parts. */
export function createSeededRandom(...parts: readonly (string | number)[]): SeededRandom {
  const generator = xoroshiro128plus(deriveSeed(...parts));
  const below = (count: number): number => Math.floor(uniformFloat64(generator) * count);
  return {
    below,
    between: (low, high) => low + uniformFloat64(generator) * (high - low),
    pick: <Item>(items: readonly Item[]) => items[below(items.length)]!,
    shuffle: <Item>(items: readonly Item[]) => {
      const shuffled = [...items];
      for (let end = shuffled.length - 1; end > 0; end--) {
        const other = below(end + 1);
        const held = shuffled[end]!;
        shuffled[end] = shuffled[other]!;
        shuffled[other] = held;
      }
      return shuffled;
    },
  };
}
