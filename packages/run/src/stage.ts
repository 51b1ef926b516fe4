import type { JsonValue, RejectRecord, Row, ShardResource } from "@megapairs/spec";

import type { StageSummary } from "./stage-summary.ts";

/** One shard of a stage, before it is worked on. */
export interface ShardPlan<Input extends JsonValue = JsonValue> {
  /** Unique in the stage, the same at every planning: `000017`. */
  readonly shard: string;
  /** Items the shard is about, for progress: a whole number, 0 or more. */
  readonly items: number;
  /**
   * All that `execute` needs to find its items, in any process. All inputs of a stage are held in
   * memory at once: name a range, do not list the items.
   */
  readonly input: Input;
}

/** What {@link Stage.execute} gets: one shard, and its ties to the run. */
export interface ShardExecution<Input extends JsonValue = JsonValue> {
  readonly shard: string;
  readonly input: Input;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborted when the run is interrupted; reject with its reason, or finish. */
  readonly signal: AbortSignal;
  /** Says how many items of this shard are done so far, for progress. Optional. */
  readonly report: (itemsDone: number) => void;
}

/** Everything a shard gave. It is committed whole or not at all. */
export interface ShardResult {
  /** Rows by table name, in an order that depends on the shard's input alone. */
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  /** Items that gave no row, each with its reason. */
  readonly rejects: readonly RejectRecord[];
}

/**
 * One step of a pipeline: a plain record that says what to do, in shards, and what the result
 * depends on. `runStage` does it.
 *
 * `name`, `version`, `settings`, `inputs`, `fingerprints` and the plan make the stage's identity:
 * everything that changes a row must be in one of them, and nothing that does not (`concurrency`,
 * time limits, paths of caches).
 */
export interface Stage<Input extends JsonValue = JsonValue> {
  /** One word for people, unique in the run: `embed`. */
  readonly name: string;
  /** Raised when the code changes what it makes of the same input: a whole number, from 1. */
  readonly version: number;
  /** What a shard mostly waits for; engines place it by this. */
  readonly resource: ShardResource;
  /** What rows depend on, as JSON. */
  readonly settings: JsonValue;
  /** Identities of the stages it reads. */
  readonly inputs: readonly string[];
  /** Fingerprints of the models it asks, by their part in the stage. Default: none. */
  readonly fingerprints?: Readonly<Record<string, string>> | undefined;
  /** Every table it writes. */
  readonly tables: readonly string[];
  /** Most shards in work at once, below what the engine allows. Default: the engine decides. */
  readonly concurrency?: number | undefined;

  /** Cuts the work into shards, the same ones every time, in the order of the results. */
  plan(): AsyncIterable<ShardPlan<Input>> | Iterable<ShardPlan<Input>>;

  /** Does one shard. Safe to do again after any kill: it writes nothing itself. */
  execute(execution: ShardExecution<Input>): Promise<ShardResult>;

  /** One line for people at the end, in place of the count of rows by table. */
  summarise?(summary: StageSummary): string;
}
