import type { ShardCommit } from "@megapairs/spec";

import type { LanceStore } from "./lance-store.ts";
import { scanRows } from "./scan.ts";

/** A done-mark with the call of `commit` that made it. */
export interface LoggedCommit extends ShardCommit {
  readonly attempt: string;
}

/**
 * The done-marks that count, by {@link commitKey}. Two workers that did the same shard have both
 * left a mark; the one with the smaller attempt counts, for every reader alike.
 */
export type CommitLog = ReadonlyMap<string, LoggedCommit>;

interface DoneMark {
  readonly stage: string;
  readonly stageIdentity: string;
  readonly shard: string;
  readonly attempt: string;
  /** JSON. */
  readonly rows: string;
  readonly rejected: number;
  readonly digest: string;
}

/** Key of a shard of a stage. */
export function commitKey(identity: string, shard: string): string {
  return JSON.stringify([identity, shard]);
}

/** Reads the newest {@link CommitLog}. */
export async function readCommitLog(store: LanceStore): Promise<CommitLog> {
  const log = new Map<string, LoggedCommit>();
  const table = await store.open("commits");
  if (table === undefined) return log;
  for await (const marks of scanRows<DoneMark>(table, {})) {
    for (const { stageIdentity, rows, ...mark } of marks) {
      const counts: Readonly<Record<string, number>> = JSON.parse(rows);
      const commit: LoggedCommit = { ...mark, identity: stageIdentity, rows: counts };
      const key = commitKey(commit.identity, commit.shard);
      const known = log.get(key);
      if (known === undefined || commit.attempt < known.attempt) log.set(key, commit);
    }
  }
  return log;
}

/** The attempts whose rows are visible. */
export function visibleAttempts(log: CommitLog): ReadonlySet<string> {
  return new Set([...log.values()].map((commit) => commit.attempt));
}

/** Shards that put rows into a table, ascending, with the number of rows each. */
export function shardsOfTable(log: CommitLog, table: string): ReadonlyMap<string, number> {
  const shards = new Map<string, number>();
  for (const { shard, rows } of log.values()) {
    const count = rows[table] ?? 0;
    if (count > 0) shards.set(shard, (shards.get(shard) ?? 0) + count);
  }
  return new Map([...shards].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** The contract's view of a done-mark. */
export function toShardCommit(commit: LoggedCommit): ShardCommit {
  const { stage, identity, shard, rows, rejected, digest } = commit;
  return { stage, identity, shard, rows, rejected, digest };
}
