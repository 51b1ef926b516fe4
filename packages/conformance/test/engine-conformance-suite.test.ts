// oxlint-disable typescript/unbound-method -- the fakes use no `this`
import { createFakeEngine, engineConformanceSuite } from "@megapairs/conformance";
import type { ConformanceSuite } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { EngineV1, ShardCounts, ShardHandler, ShardTask, StageKey } from "@megapairs/spec";
import { describe, expect, it } from "vitest";
import { describeMutants } from "./mutants.ts";
import type { Mutants } from "./mutants.ts";

type DoWork = EngineV1["doWork"];

function suite(change: (engine: EngineV1) => Partial<EngineV1> = () => ({})): ConformanceSuite {
  return engineConformanceSuite({
    create() {
      const engine = createFakeEngine();
      return { ...engine, ...change(engine) };
    },
  });
}

/** A mutant that works otherwise, told by the arguments of a call. */
const working =
  (
    wrap: (engine: EngineV1, ...work: Parameters<DoWork>) => Promise<void>,
  ): (() => ConformanceSuite) =>
  () =>
    suite((engine) => ({ doWork: (...work) => wrap(engine, ...work) }));

/** A mutant that hands its handlers something else. */
const handling = (wrap: (handler: ShardHandler) => ShardHandler): (() => ConformanceSuite) =>
  working(({ doWork }, key, handler, options) => doWork(key, wrap(handler), options));

const counting = (
  change: (counts: ShardCounts, key: StageKey) => ShardCounts,
): (() => ConformanceSuite) =>
  suite.bind(undefined, ({ doCount }) => ({
    doCount: async (key) => change(await doCount(key), key),
  }));

const submitting = (
  wrap: (engine: EngineV1, tasks: readonly ShardTask[]) => Promise<void>,
): (() => ConformanceSuite) =>
  suite.bind(undefined, (engine) => ({ doSubmit: (tasks) => wrap(engine, tasks) }));

const sum = ({ waiting, active, done, failed }: ShardCounts): number =>
  waiting + active + done + failed;

const isOf = (key: StageKey, name: string): boolean => key.run.endsWith(name);

const mutants: Mutants = {
  "states its identity": () => suite(() => ({ provider: "" })),
  "hands every task to the handler, as it was submitted": handling(
    (handler) => (task, context) => handler({ ...task, resource: "gpu" }, context),
  ),
  "gives the handler a first attempt, a live signal and a heartbeat": handling(
    (handler) => (task, context) =>
      handler(task, {
        ...context,
        heartbeat: () => {
          throw new Error("no heart");
        },
      }),
  ),
  "works on a stage that has no task": working(
    async ({ doWork, doCount }, key, handler, options) => {
      const isUnknown = sum(await doCount(key)) === 0;
      if (isUnknown) throw new MegaPairsError("invalid-argument", "no such stage");
      await doWork(key, handler, options);
    },
  ),
  "does tasks that are submitted while it works": working(
    async ({ doWork, doCount }, key, handler, options) => {
      const { waiting } = await doCount(key);
      let handled = 0;
      await doWork(
        key,
        async (task, context) => {
          if (context.attempt === 1 && handled++ >= waiting) return;
          await handler(task, context);
        },
        options,
      );
    },
  ),
  "adds a task once, however often it is submitted": submitting(({ doSubmit }, tasks) => {
    const seen = new Set<string>();
    const doubled = tasks.map((task) => {
      if (!seen.has(task.shard)) {
        seen.add(task.shard);
        return task;
      }
      return { ...task, shard: `${task.shard} again` };
    });
    const isMixed = new Set(tasks.map(({ stage, run }) => run + stage)).size > 1;
    return doSubmit(isMixed ? tasks : doubled);
  }),
  "does not do a task again that is submitted again when done": submitting(
    async ({ doSubmit, doCount }, tasks) => {
      const [first] = tasks;
      const isDone = first !== undefined && (await doCount(first)).done > 1;
      await doSubmit(
        isDone ? tasks.map((task) => ({ ...task, shard: `${task.shard} again` })) : tasks,
      );
    },
  ),
  "keeps equal shards of different stages and runs apart": submitting(({ doSubmit }, tasks) => {
    const shards = new Map(tasks.map((task) => [task.shard, task]));
    const isThreefold = tasks.length === 3 * shards.size;
    return doSubmit(isThreefold ? [...shards.values()] : tasks);
  }),
  "counts an unknown stage as empty": counting((counts, key) =>
    isOf(key, "unknown stage as empty") ? { ...counts, failed: -1 } : counts,
  ),
  "counts waiting, active and done tasks": counting((counts) =>
    sum(counts) === 5 && counts.active > 0
      ? { ...counts, active: 0, waiting: counts.waiting + counts.active }
      : counts,
  ),
  "forgets the waiting tasks of a cancelled stage, and of no other": () =>
    suite(({ doCancel }) => ({
      async doCancel(key) {
        await doCancel(key);
        await doCancel({ ...key, stage: "f0".repeat(32) });
      },
    })),
  "takes a task anew that was cancelled": () =>
    suite(({ doCancel, doSubmit }) => {
      const cancelled = new Set<string>();
      return {
        async doCancel(key) {
          await doCancel(key);
          cancelled.add(key.run);
        },
        doSubmit: (tasks) => doSubmit(tasks.filter(({ run }) => !cancelled.has(run))),
      };
    }),
  "tries again what failed retryably, counting the attempts": handling(
    (handler) => (task, context) => handler(task, { ...context, attempt: 1 }),
  ),
  "rejects with an error that is not retryable, after one attempt": handling(
    (handler) => (task, context) =>
      handler(task, context).catch((error: unknown) => {
        const isOurs = isOf(task, "not retryable, after one attempt") && context.attempt === 1;
        throw isOurs ? new MegaPairsError("unavailable", "trying again") : error;
      }),
  ),
  "rejects with an error that is nobody's on purpose, after one attempt": handling(
    (handler) => (task, context) =>
      handler(task, context).catch((error: unknown) => {
        throw error instanceof TypeError ? new MegaPairsError("unavailable", error.message) : error;
      }),
  ),
  "gives up on a task that keeps failing retryably": handling(
    (handler) => (task, context) =>
      handler(task, context).catch((error: unknown) => {
        if (context.attempt < 3) throw error;
      }),
  ),
  "counts a task as failed whose error stays": counting((counts) =>
    counts.failed === 1 && sum(counts) === 1 ? { ...counts, failed: 0, waiting: 1 } : counts,
  ),
  "rejects after the tasks in flight have ended": working(
    async ({ doWork }, key, handler, options) => {
      await new Promise<void>((resolve, reject) => {
        const eager: ShardHandler = (task, context) =>
          handler(task, context).catch((error: unknown) => {
            if (isOf(key, "have ended")) reject(error);
            throw error;
          });
        doWork(key, eager, options).then(resolve, reject);
      });
    },
  ),
  "hands out no task when it is aborted already": working(
    async ({ doWork }, key, handler, options) => {
      if (options?.signal?.aborted !== true) return doWork(key, handler, options);
      await doWork(key, handler);
      options.signal.throwIfAborted();
    },
  ),
  "when aborted, tells the handlers, waits for them, rejects with the reason": working(
    ({ doWork }, key, handler, options) =>
      doWork(key, handler, options).catch((error: unknown) => {
        const isOurs = options?.signal?.aborted === true && isOf(key, "rejects with the reason");
        throw isOurs ? new MegaPairsError("unavailable", "aborted") : error;
      }),
  ),
  "does later what an abort interrupted or left": working(
    async ({ doWork, doCancel }, key, handler, options) => {
      try {
        await doWork(key, handler, options);
      } finally {
        if (options?.signal?.aborted === true) await doCancel(key);
      }
    },
  ),
  "may be disposed twice": () =>
    suite(() => {
      let isDisposed = false;
      return {
        async dispose() {
          if (isDisposed) throw new Error("disposed already");
          isDisposed = true;
        },
      };
    }),
};

describe("engine kit", () => {
  describeMutants(suite, mutants);

  it("has a mutant for every test", () => {
    expect(suite().tests.map(({ name }) => name)).toEqual(Object.keys(mutants));
  });
});
