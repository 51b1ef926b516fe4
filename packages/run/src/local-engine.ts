import { setTimeout as wait } from "node:timers/promises";

import type {
  EngineV1,
  ShardCounts,
  ShardHandler,
  ShardResource,
  ShardTask,
  StageKey,
} from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

import { createLimit, type Limit } from "./limit.ts";

/** Settings of {@link createLocalEngine}. */
export interface LocalEngineSettings {
  /**
   * Most tasks at once, by what they wait for. Default: 1 `cpu` and 1 `gpu`, because a task's
   * native code takes every core or the whole device by itself; 4 `vlm`, so that the ends of
   * shards do not leave the backend idle.
   */
  readonly concurrency?: Partial<Readonly<Record<ShardResource, number>>> | undefined;
  /** Times a task is tried when it fails retryably: a whole number from 1. Default 3. */
  readonly attempts?: number | undefined;
  /** Waits between attempts; ends early, however, when the signal is aborted. Default: a timer. */
  readonly sleep?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/** Wait before the second attempt; doubles with each further one. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

interface Entry {
  readonly task: ShardTask;
  state: keyof ShardCounts;
}

interface StageTasks {
  /** By shard, in the order they were submitted. */
  readonly entries: Map<string, Entry>;
  /** Tasks in work, by whichever `doWork` call. */
  readonly active: Set<Promise<unknown>>;
}

/**
 * Runs tasks in this process, in the order they were submitted, a bounded number at a time for
 * each resource, all stages together. Nothing is kept beyond the process: what is left to do after
 * a kill, the store knows.
 *
 * A retryable `MegaPairsError` is tried again after `retryAfterMs`, or 1 s, 2 s, 4 s … up to 60 s;
 * any other error stays. After one that stays, and after an abort, no task is started or tried
 * again; those in flight end, because native calls must not be cut off. They are waiting again if
 * they end in an error. Submitting a failed task again makes it waiting again.
 *
 * `invalid-argument` on a bound or a number of attempts that is not a whole number from 1.
 */
export function createLocalEngine({
  concurrency = {},
  attempts = 3,
  sleep = sleepOnTimer,
}: LocalEngineSettings = {}): EngineV1 {
  const limits: Record<ShardResource, Limit> = {
    cpu: createLimit(concurrency.cpu ?? 1, "Concurrency of cpu tasks"),
    gpu: createLimit(concurrency.gpu ?? 1, "Concurrency of gpu tasks"),
    vlm: createLimit(concurrency.vlm ?? 4, "Concurrency of vlm tasks"),
  };
  if (!Number.isSafeInteger(attempts) || attempts < 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `attempts is ${attempts}, expected a whole number from 1`,
    );
  }
  const stages = new Map<string, StageTasks>();
  const tasksOf = (key: StageKey): StageTasks => {
    const name = JSON.stringify([key.run, key.stage]);
    const known = stages.get(name) ?? { entries: new Map(), active: new Set() };
    stages.set(name, known);
    return known;
  };

  const work = async (
    { entries, active }: StageTasks,
    handler: ShardHandler,
    signal: AbortSignal,
  ): Promise<void> => {
    const failure = new AbortController();
    const draining = AbortSignal.any([signal, failure.signal]);

    const settle = async (entry: Entry): Promise<Entry["state"]> => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          await handler(entry.task, { attempt, signal, heartbeat });
          return "done";
        } catch (error) {
          if (signal.aborted) return "waiting";
          if (attempt >= attempts || !MegaPairsError.isInstance(error) || !error.retryable) {
            failure.abort(error);
            return "failed";
          }
          const backoffMs = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
          if (!draining.aborted) {
            await sleep(error.retryAfterMs ?? backoffMs, draining).catch(() => undefined);
          }
          if (draining.aborted) return "waiting";
        }
      }
    };
    const runTask = async (entry: Entry): Promise<void> => {
      entry.state = "active";
      const ended = settle(entry);
      active.add(ended);
      entry.state = await ended;
      active.delete(ended);
    };
    const runLane = async (resource: ShardResource): Promise<void> => {
      const waiting = waitingEntries(entries, resource);
      const takeNext = async (): Promise<boolean> => {
        const next = draining.aborted ? undefined : waiting.next();
        if (next === undefined || next.done === true) return false;
        await runTask(next.value);
        return true;
      };
      const worker = async (): Promise<void> => {
        while (await limits[resource].run(takeNext));
      };
      const workers = Math.min(limits[resource].places, entries.size);
      await Promise.all(Array.from({ length: workers }, worker));
    };

    do {
      await Promise.all(RESOURCES.map(runLane));
      if (!draining.aborted && active.size > 0) await Promise.race(active);
    } while (!draining.aborted && countStates(entries).waiting + active.size > 0);
    signal.throwIfAborted();
    if (failure.signal.aborted) throw failure.signal.reason;
  };

  return {
    specificationVersion: "engine-v1",
    provider: "local",
    async doSubmit(tasks) {
      for (const task of tasks) {
        const { entries } = tasksOf(task);
        const known = entries.get(task.shard);
        if (known === undefined) entries.set(task.shard, { task, state: "waiting" });
        else if (known.state === "failed") known.state = "waiting";
      }
    },
    async doWork(key, handler, { signal = new AbortController().signal } = {}) {
      signal.throwIfAborted();
      await work(tasksOf(key), handler, signal);
    },
    async doCount(key) {
      return countStates(tasksOf(key).entries);
    },
    async doCancel(key) {
      const { entries } = tasksOf(key);
      for (const [shard, { state }] of entries) if (state === "waiting") entries.delete(shard);
    },
    async dispose() {
      stages.clear();
    },
  };
}

const RESOURCES: readonly ShardResource[] = ["cpu", "gpu", "vlm"];

function heartbeat(): void {
  // Tasks of this process need no lease.
}

function* waitingEntries(
  entries: ReadonlyMap<string, Entry>,
  resource: ShardResource,
): Generator<Entry, undefined> {
  for (const entry of entries.values()) {
    if (entry.state === "waiting" && entry.task.resource === resource) yield entry;
  }
  return undefined;
}

function countStates(entries: ReadonlyMap<string, Entry>): ShardCounts {
  const counts = { waiting: 0, active: 0, done: 0, failed: 0 };
  for (const { state } of entries.values()) counts[state] += 1;
  return counts;
}

async function sleepOnTimer(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal });
}
