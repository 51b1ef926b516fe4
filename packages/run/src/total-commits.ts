import type { ShardCommit, ShardStoreV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

import { sha256Hex } from "./canonical-json.ts";
import type { StagePlan } from "./stage-plan.ts";
import type { StageSummary } from "./stage-summary.ts";

/**
 * The done-marks of a planned stage, by shard. `corrupt-data` on one for a shard that the plan does
 * not have, or on two for one shard.
 */
export async function readCommits(
  store: ShardStoreV1,
  { stage, items, record }: StagePlan,
): Promise<ReadonlyMap<string, ShardCommit>> {
  const commits = new Map<string, ShardCommit>();
  for (const commit of await store.commits(record.identity)) {
    const { shard } = commit;
    if (commits.has(shard) || !items.has(shard)) {
      const found = commits.has(shard) ? "two done-marks for" : "a done-mark for the unplanned";
      throw new MegaPairsError(
        "corrupt-data",
        `The store has ${found} shard "${shard}" of stage "${stage.name}"`,
      );
    }
    commits.set(shard, commit);
  }
  return commits;
}

/** Adds up the commits of every shard of a plan, in shard order. */
export function totalCommits(
  { stage, items }: StagePlan,
  commits: ReadonlyMap<string, ShardCommit>,
): Pick<StageSummary, "rows" | "rejected" | "digest"> {
  const rows = new Map(stage.tables.map((table) => [table, 0]));
  const digests: string[] = [];
  let rejected = 0;
  for (const shard of items.keys()) {
    const commit = commits.get(shard);
    if (commit === undefined) throw notCommitted(stage.name, shard, items.size - commits.size);
    digests.push(commit.digest);
    rejected += commit.rejected;
    for (const [table, count] of Object.entries(commit.rows)) {
      rows.set(table, (rows.get(table) ?? 0) + count);
    }
  }
  return { rows: Object.fromEntries(rows), rejected, digest: sha256Hex(digests) };
}

function notCommitted(name: string, shard: string, missing: number): MegaPairsError {
  return new MegaPairsError(
    "invalid-output",
    `The engine ended stage "${name}" with ${missing} shards not committed, first "${shard}": ` +
      "it holds them as done or as another worker's",
  );
}
