import type { JsonValue } from "@megapairs/spec";

/** What a finished stage amounts to. */
export interface StageSummary {
  readonly name: string;
  /** `stageIdentity` of the stage with its plan. */
  readonly identity: string;
  readonly shards: number;
  /** Shards that were committed before this call. */
  readonly resumedShards: number;
  /** Items in all shards. */
  readonly items: number;
  /** Rows by table, every table of the stage, in its order. */
  readonly rows: Readonly<Record<string, number>>;
  readonly rejected: number;
  /** SHA-256 hex over the shards' digests in shard order: equal datasets have equal digests. */
  readonly digest: string;
  /** Milliseconds this call took. The only figure here that is not a function of the input. */
  readonly elapsedMs: number;
}

/** A summary as an event of a log tells it: the stage's name under `stage`. */
export function summaryFacts(summary: StageSummary): { readonly [key: string]: JsonValue } {
  const { name: stage, ...facts } = summary;
  return { stage, ...facts };
}
