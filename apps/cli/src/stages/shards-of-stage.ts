import type { ShardPlan } from "@megapairs/run";
import type { ShardStoreV1 } from "@megapairs/spec";

/** One shard for each shard of the stage before that has rows in `table`, in their order. */
export async function* shardsOfStage(
  store: ShardStoreV1,
  identity: string,
  table: string,
): AsyncGenerator<ShardPlan<string>> {
  const commits = await store.commits(identity);
  for (const { shard, rows } of commits.toSorted((a, b) => (a.shard < b.shard ? -1 : 1))) {
    const items = rows[table] ?? 0;
    if (items > 0) yield { shard, items, input: shard };
  }
}
