import { MegaPairsError } from "@megapairs/spec";
import type { EngineV1, ShardCounts, ShardHandler, ShardTask, StageKey } from "@megapairs/spec";

/** Settings of {@link createFakeEngine}. */
export interface FakeEngineSettings {
  /** Tasks in work at once. 2 by default. */
  readonly concurrency?: number | undefined;
  /** Attempts at a task that keeps failing retryably, at least 1. 3 by default. */
  readonly maxAttempts?: number | undefined;
}

interface Entry {
  readonly task: ShardTask;
  state: keyof ShardCounts;
}

function isRetryable(error: unknown): boolean {
  return MegaPairsError.isInstance(error) && error.retryable;
}

/** An engine in memory: no waiting between attempts, nothing kept after the process ends. */
export function createFakeEngine(settings: FakeEngineSettings = {}): EngineV1 {
  const { concurrency = 2, maxAttempts = 3 } = settings;
  const entries = new Map<string, Entry>();
  const ofStage = ({ run, stage }: StageKey): Entry[] =>
    [...entries.values()].filter(({ task }) => task.run === run && task.stage === stage);

  async function attempt(entry: Entry, handler: ShardHandler, signal: AbortSignal): Promise<void> {
    for (let count = 1; ; count++) {
      try {
        return await handler(entry.task, { attempt: count, signal, heartbeat: () => {} });
      } catch (error) {
        if (count === maxAttempts || !isRetryable(error) || signal.aborted) throw error;
      }
    }
  }

  return {
    specificationVersion: "engine-v1",
    provider: "fake",

    async doSubmit(tasks: readonly ShardTask[]): Promise<void> {
      for (const task of tasks) {
        const key = JSON.stringify([task.run, task.stage, task.shard]);
        if (!entries.has(key)) entries.set(key, { task, state: "waiting" });
      }
    },

    async doWork(key, handler, options = {}): Promise<void> {
      const signal = options.signal ?? new AbortController().signal;
      signal.throwIfAborted();
      const failures: unknown[] = [];
      const work = async (): Promise<void> => {
        while (failures.length === 0 && !signal.aborted) {
          const entry = ofStage(key).find(({ state }) => state === "waiting");
          if (entry === undefined) return;
          entry.state = "active";
          try {
            await attempt(entry, handler, signal);
            entry.state = "done";
          } catch (error) {
            entry.state = signal.aborted ? "waiting" : "failed";
            if (!signal.aborted) failures.push(error);
          }
        }
      };
      await Promise.all(Array.from({ length: concurrency }, work));
      signal.throwIfAborted();
      if (failures.length > 0) throw failures[0];
    },

    async doCount(key: StageKey): Promise<ShardCounts> {
      const counts = { waiting: 0, active: 0, done: 0, failed: 0 };
      for (const { state } of ofStage(key)) counts[state] += 1;
      return counts;
    },

    async doCancel(key: StageKey): Promise<void> {
      for (const [id, { task, state }] of entries) {
        if (task.run === key.run && task.stage === key.stage && state === "waiting")
          entries.delete(id);
      }
    },

    async dispose(): Promise<void> {},
  };
}
