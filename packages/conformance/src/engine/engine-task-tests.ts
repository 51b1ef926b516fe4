import assert from "node:assert/strict";
import type { EngineV1, ShardCounts, ShardTask } from "@megapairs/spec";
import { recordingHandler, testStage } from "./engine-test-bed.ts";

/** A test of the engine kit: gets an engine of its own, and a name for its run. */
export interface EngineTest {
  readonly name: string;
  readonly run: (engine: EngineV1, runName: string) => Promise<void>;
}

const OTHER_STAGE = "f0".repeat(32);

function counts(part: Partial<ShardCounts>): ShardCounts {
  return { waiting: 0, active: 0, done: 0, failed: 0, ...part };
}

const handling: readonly EngineTest[] = [
  {
    name: "states its identity",
    async run(engine) {
      assert.equal(engine.specificationVersion, "engine-v1");
      assert.notEqual(engine.provider, "");
    },
  },
  {
    name: "hands every task to the handler, as it was submitted",
    async run(engine, runName) {
      const stage = testStage(runName);
      const seen = new Map<string, ShardTask>();
      await engine.doSubmit(stage.tasks(7));
      await engine.doWork(stage, async (task) => void seen.set(task.shard, task));
      const handled = [...seen.values()].toSorted((a, b) => a.shard.localeCompare(b.shard));
      assert.deepEqual(handled, stage.tasks(7));
    },
  },
  {
    name: "gives the handler a first attempt, a live signal and a heartbeat",
    async run(engine, runName) {
      const stage = testStage(runName);
      await engine.doSubmit(stage.tasks(1));
      await engine.doWork(stage, async (_, context) => {
        assert.equal(context.attempt, 1);
        assert.equal(context.signal.aborted, false);
        context.heartbeat();
      });
    },
  },
  {
    name: "works on a stage that has no task",
    async run(engine, runName) {
      const { handler, started } = recordingHandler();
      await engine.doWork(testStage(runName), handler);
      assert.deepEqual(started, []);
    },
  },
  {
    name: "does tasks that are submitted while it works",
    async run(engine, runName) {
      const stage = testStage(runName);
      const { handler, ended } = recordingHandler(async (task) => {
        if (task.shard === "000000") await engine.doSubmit(stage.tasks(3));
      });
      await engine.doSubmit(stage.tasks(1));
      await engine.doWork(stage, handler);
      assert.deepEqual(ended.toSorted(), ["000000", "000001", "000002"]);
    },
  },
];

const submitting: readonly EngineTest[] = [
  {
    name: "adds a task once, however often it is submitted",
    async run(engine, runName) {
      const stage = testStage(runName);
      await engine.doSubmit([...stage.tasks(2), ...stage.tasks(2)]);
      await engine.doSubmit(stage.tasks(3));
      assert.deepEqual(await engine.doCount(stage), counts({ waiting: 3 }));
    },
  },
  {
    name: "does not do a task again that is submitted again when done",
    async run(engine, runName) {
      const stage = testStage(runName);
      await engine.doSubmit(stage.tasks(2));
      await engine.doWork(stage, async () => {});
      await engine.doSubmit(stage.tasks(2));
      const again = recordingHandler();
      await engine.doWork(stage, again.handler);
      assert.deepEqual(again.started, []);
    },
  },
  {
    name: "keeps equal shards of different stages and runs apart",
    async run(engine, runName) {
      const stage = testStage(runName);
      const others = [testStage(runName, OTHER_STAGE), testStage(`${runName} again`)];
      await engine.doSubmit([stage, ...others].flatMap((each) => each.tasks(2)));
      await engine.doWork(stage, async () => {});
      assert.deepEqual(await engine.doCount(stage), counts({ done: 2 }));
      for (const other of others) {
        assert.deepEqual(await engine.doCount(other), counts({ waiting: 2 }));
      }
    },
  },
];

const counting: readonly EngineTest[] = [
  {
    name: "counts an unknown stage as empty",
    async run(engine, runName) {
      assert.deepEqual(await engine.doCount(testStage(runName)), counts({}));
    },
  },
  {
    name: "counts waiting, active and done tasks",
    async run(engine, runName) {
      const stage = testStage(runName);
      await engine.doSubmit(stage.tasks(5));
      assert.deepEqual(await engine.doCount(stage), counts({ waiting: 5 }));
      const during: ShardCounts[] = [];
      await engine.doWork(stage, async () => void during.push(await engine.doCount(stage)));
      for (const { waiting, active, done, failed } of during) {
        assert.ok(active >= 1, "the task whose handler is running is not active");
        assert.equal(waiting + active + done + failed, 5);
      }
      assert.deepEqual(await engine.doCount(stage), counts({ done: 5 }));
    },
  },
];

const cancelling: readonly EngineTest[] = [
  {
    name: "forgets the waiting tasks of a cancelled stage, and of no other",
    async run(engine, runName) {
      const [stage, other] = [testStage(runName), testStage(runName, OTHER_STAGE)];
      await engine.doSubmit([...stage.tasks(3), ...other.tasks(2)]);
      await engine.doCancel(stage);
      assert.deepEqual(await engine.doCount(stage), counts({}));
      assert.deepEqual(await engine.doCount(other), counts({ waiting: 2 }));
    },
  },
  {
    name: "takes a task anew that was cancelled",
    async run(engine, runName) {
      const stage = testStage(runName);
      await engine.doSubmit(stage.tasks(2));
      await engine.doCancel(stage);
      await engine.doSubmit(stage.tasks(1));
      const { handler, ended } = recordingHandler();
      await engine.doWork(stage, handler);
      assert.deepEqual(ended, ["000000"]);
    },
  },
];

/** The tests of the engine kit in which no task fails. */
export const engineTaskTests: readonly EngineTest[] = [
  ...handling,
  ...submitting,
  ...counting,
  ...cancelling,
];
