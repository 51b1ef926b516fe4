import type { Row } from "@megapairs/spec";

import type { LanceStore } from "./lance-store.ts";
import { addRow, combineDigests, emptyDigest } from "./row-digest.ts";
import type { RowSetDigest } from "./row-digest.ts";
import { takeSnapshot } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";
import { tableSchema } from "./table-schema.ts";

/** A shard whose stored rows are not those that were committed. */
export interface DamagedShard {
  readonly stage: string;
  readonly identity: string;
  readonly shard: string;
  /** SHA-256 of the done-mark. */
  readonly expected: string;
  /** SHA-256 of what is stored. */
  readonly found: string;
}

/**
 * SHA-256, lower-case hex, over all committed rows of all data tables, rejects included: the same
 * for the same rows in any order, shards or stage identities left aside.
 */
export async function contentDigest(store: LanceStore): Promise<string> {
  const total = new Map<string, RowSetDigest>();
  for (const [, name, digest] of await digestAttempts(store, await takeSnapshot(store))) {
    const sum = total.get(name) ?? emptyDigest();
    sum.count += digest.count;
    sum.sum = BigInt.asUintN(256, sum.sum + digest.sum);
    total.set(name, sum);
  }
  return combineDigests(total);
}

/** Reads every committed row and compares each shard with its done-mark. */
export async function verifyShards(store: LanceStore): Promise<readonly DamagedShard[]> {
  const snapshot = await takeSnapshot(store);
  const byAttempt = new Map<string, Map<string, RowSetDigest>>();
  for (const [attempt, name, digest] of await digestAttempts(store, snapshot)) {
    const tables = byAttempt.get(attempt) ?? new Map<string, RowSetDigest>();
    byAttempt.set(attempt, tables.set(name, digest));
  }
  const damaged: DamagedShard[] = [];
  for (const { stage, identity, shard, attempt, digest } of snapshot.log.values()) {
    const found = combineDigests(byAttempt.get(attempt) ?? new Map());
    if (found !== digest) damaged.push({ stage, identity, shard, expected: digest, found });
  }
  return damaged;
}

type AttemptRow = Row & { readonly attempt: string };

async function digestAttempts(
  store: LanceStore,
  snapshot: Snapshot,
): Promise<readonly (readonly [attempt: string, table: string, digest: RowSetDigest])[]> {
  const digests: (readonly [string, string, RowSetDigest])[] = [];
  for (const name of await store.names()) {
    if (name === "commits") continue;
    const schema = tableSchema(name);
    const columns = [...schema.columns.map((column) => column.name), "attempt"];
    const byAttempt = new Map<string, RowSetDigest>();
    for await (const row of snapshot.ordered<AttemptRow>(name, { columns, sortBy: [] })) {
      const { attempt } = row;
      const digest = byAttempt.get(attempt) ?? emptyDigest();
      addRow(digest, schema, row);
      byAttempt.set(attempt, digest);
    }
    for (const [attempt, digest] of byAttempt) digests.push([attempt, name, digest]);
  }
  return digests;
}
