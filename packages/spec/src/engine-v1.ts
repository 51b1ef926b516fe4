import type { JsonValue } from "./json-value.ts";

/** What a task mostly waits for, so that an engine can place it. */
export type ShardResource = "cpu" | "gpu" | "vlm";

/** One idempotent piece of a stage. (`run`, `stage`, `shard`) is its key. */
export interface ShardTask {
  readonly run: string;
  /** Identity of the stage: SHA-256 hex of its code version, settings, inputs and models. */
  readonly stage: string;
  readonly shard: string;
  readonly resource: ShardResource;
  readonly input: JsonValue;
}

/** What a handler gets besides its task. */
export interface ShardContext {
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Tells the engine that the task is alive; engines with leases need it in long tasks. */
  heartbeat(): void;
}

/** Does one task. Must be safe to run again after any kill: it makes one commit, at its end. */
export type ShardHandler = (task: ShardTask, context: ShardContext) => Promise<void>;

/** Which tasks a call is about. */
export interface StageKey {
  readonly run: string;
  readonly stage: string;
}

/** How many tasks of a stage are in which state. */
export interface ShardCounts {
  readonly waiting: number;
  readonly active: number;
  readonly done: number;
  readonly failed: number;
}

/**
 * Runs shard tasks somewhere, each at least once. That a shard counts once is the store's work.
 */
export interface EngineV1 {
  readonly specificationVersion: "engine-v1";
  readonly provider: string;

  /** Adds tasks; a key that was added before is not added again. */
  doSubmit(tasks: readonly ShardTask[]): Promise<void>;

  /**
   * Works on a stage until no task of it is left. Retries what failed retryably; rejects with the
   * first error that stays, after the tasks in flight have ended. Aborting drains likewise, then
   * rejects with the signal's reason.
   */
  doWork(
    key: StageKey,
    handler: ShardHandler,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<void>;

  doCount(key: StageKey): Promise<ShardCounts>;

  /** Forgets the waiting tasks of a stage. */
  doCancel(key: StageKey): Promise<void>;

  /** Frees connections and threads. Calling it twice is harmless. */
  dispose?(): Promise<void>;
}
