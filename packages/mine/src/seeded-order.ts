import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** The items in random order, each once; drawn lazily, so that few of many cost little. */
export function* seededOrder<Item>(items: Iterable<Item>, seed: number): Generator<Item> {
  const remaining = [...items];
  const random = xoroshiro128plus(seed);
  for (let first = 0; first < remaining.length; first += 1) {
    const drawn = uniformInt(random, first, remaining.length - 1);
    const item = remaining[drawn]!;
    remaining[drawn] = remaining[first]!;
    yield item;
  }
}
