import { MegaPairsError } from "@megapairs/spec";
import type { CorpusShard, JsonValue } from "@megapairs/spec";

/**
 * Cuts items into shards of `shardSize`, named `000000`, `000001`, …; `inputOf` says what is
 * needed to read one again. Throws `invalid-argument` on a shard size below 1.
 */
export async function* cutShards<Item>(
  items: AsyncIterable<Item>,
  shardSize: number,
  inputOf: (items: readonly [Item, ...Item[]]) => JsonValue,
): AsyncGenerator<CorpusShard> {
  if (!Number.isSafeInteger(shardSize) || shardSize < 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `shardSize is ${shardSize}, expected a positive whole number`,
    );
  }
  let index = 0;
  let shard: Item[] = [];
  const cut = function* cut(): Generator<CorpusShard> {
    const [first, ...rest] = shard;
    if (first === undefined) return;
    const id = String(index).padStart(6, "0");
    yield { id, entries: shard.length, input: inputOf([first, ...rest]) };
    index += 1;
    shard = [];
  };
  for await (const item of items) {
    shard.push(item);
    if (shard.length === shardSize) yield* cut();
  }
  yield* cut();
}
