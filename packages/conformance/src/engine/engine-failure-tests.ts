import assert from "node:assert/strict";
import { MegaPairsError } from "@megapairs/spec";
import { assertRejectsWith, assertRejectsWithReason } from "../assert-rejects-with.ts";
import type { EngineTest } from "./engine-task-tests.ts";
import { recordingHandler, testStage } from "./engine-test-bed.ts";

const failing: readonly EngineTest[] = [
  {
    name: "tries again what failed retryably, counting the attempts",
    async run(engine, runName) {
      const stage = testStage(runName);
      const attempts: number[] = [];
      await engine.doSubmit(stage.tasks(1));
      await engine.doWork(stage, async (_, { attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) throw new MegaPairsError("unavailable", "the server is restarting");
      });
      assert.deepEqual(attempts, [1, 2]);
      assert.equal((await engine.doCount(stage)).done, 1);
    },
  },
  {
    name: "rejects with an error that is not retryable, after one attempt",
    async run(engine, runName) {
      const stage = testStage(runName);
      const { handler, started } = recordingHandler(async () => {
        throw new MegaPairsError("corrupt-data", "the shard's table is damaged");
      });
      await engine.doSubmit(stage.tasks(1));
      const error = await assertRejectsWith(engine.doWork(stage, handler), "corrupt-data");
      assert.equal(error.message, "the shard's table is damaged");
      assert.equal(started.length, 1);
    },
  },
  {
    name: "rejects with an error that is nobody's on purpose, after one attempt",
    async run(engine, runName) {
      const stage = testStage(runName);
      const { handler, started } = recordingHandler(async () => {
        throw new TypeError("undefined is not a function");
      });
      await engine.doSubmit(stage.tasks(1));
      await assert.rejects(engine.doWork(stage, handler), {
        message: "undefined is not a function",
      });
      assert.equal(started.length, 1);
    },
  },
  {
    name: "gives up on a task that keeps failing retryably",
    async run(engine, runName) {
      const stage = testStage(runName);
      await engine.doSubmit(stage.tasks(1));
      const working = engine.doWork(stage, async () => {
        throw new MegaPairsError("invalid-output", "still no answer", { retryAfterMs: 0 });
      });
      await assertRejectsWith(working, "invalid-output");
    },
  },
  {
    name: "counts a task as failed whose error stays",
    async run(engine, runName) {
      const stage = testStage(runName);
      await engine.doSubmit(stage.tasks(1));
      const working = engine.doWork(stage, async () => {
        throw new MegaPairsError("corrupt-data", "the shard's table is damaged");
      });
      await working.catch(() => undefined);
      assert.equal((await engine.doCount(stage)).failed, 1);
    },
  },
  {
    name: "rejects after the tasks in flight have ended",
    async run(engine, runName) {
      const stage = testStage(runName);
      const { handler, started, ended } = recordingHandler();
      await engine.doSubmit(stage.tasks(8));
      const working = engine.doWork(stage, async (task, context) => {
        if (task.shard === "000001") throw new MegaPairsError("rejected", "refused");
        await handler(task, context);
      });
      await working.catch(() => undefined);
      assert.deepEqual(ended.toSorted(), started.toSorted());
      assert.equal((await engine.doCount(stage)).active, 0);
    },
  },
];

const aborting: readonly EngineTest[] = [
  {
    name: "hands out no task when it is aborted already",
    async run(engine, runName) {
      const stage = testStage(runName);
      const reason = new Error("stopped before the work");
      const { handler, started } = recordingHandler();
      await engine.doSubmit(stage.tasks(2));
      const signal = AbortSignal.abort(reason);
      await assertRejectsWithReason(engine.doWork(stage, handler, { signal }), reason);
      assert.deepEqual(started, []);
    },
  },
  {
    name: "when aborted, tells the handlers, waits for them, rejects with the reason",
    async run(engine, runName) {
      const stage = testStage(runName);
      const reason = new Error("stopped at work");
      const controller = new AbortController();
      const told: boolean[] = [];
      const { handler, started, ended } = recordingHandler(async (_, { signal }) => {
        controller.abort(reason);
        told.push(signal.aborted);
      });
      await engine.doSubmit(stage.tasks(8));
      const working = engine.doWork(stage, handler, { signal: controller.signal });
      await assertRejectsWithReason(working, reason);
      assert.deepEqual(ended.toSorted(), started.toSorted());
      assert.ok(told.length > 0 && told.every(Boolean), "the handler's signal was not aborted");
    },
  },
  {
    name: "does later what an abort interrupted or left",
    async run(engine, runName) {
      const stage = testStage(runName);
      const controller = new AbortController();
      const finished = new Set<string>();
      await engine.doSubmit(stage.tasks(8));
      const interrupted = recordingHandler(async (task, { signal }) => {
        if (task.shard === "000001") controller.abort(new Error("stopped at work"));
        signal.throwIfAborted();
        finished.add(task.shard);
      });
      const working = engine.doWork(stage, interrupted.handler, { signal: controller.signal });
      await working.catch(() => undefined);
      await engine.doWork(stage, async (task) => void finished.add(task.shard));
      assert.equal(finished.size, 8);
      assert.equal((await engine.doCount(stage)).done, 8);
    },
  },
];

/** The tests of the engine kit in which tasks fail or are stopped. */
export const engineFailureTests: readonly EngineTest[] = [...failing, ...aborting];
