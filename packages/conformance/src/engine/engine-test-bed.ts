import { setImmediate as nextTurn } from "node:timers/promises";
import type { EngineV1, ShardHandler, ShardTask, StageKey } from "@megapairs/spec";

/** What the engine kit needs from the implementation under test. */
export interface EngineConformanceSubject {
  /** Makes an engine for one test. Tests use stages of their own, so engines may share a queue. */
  readonly create: () => EngineV1 | Promise<EngineV1>;
}

/** One stage of one test: its key, and its tasks by number. */
export interface TestStage extends StageKey {
  /** Tasks `0 … count - 1` of the stage, with inputs that tell them apart. */
  readonly tasks: (count: number) => ShardTask[];
}

/** The stage of a test, and if need be a second one beside it. */
export function testStage(name: string, stage: string = "0f".repeat(32)): TestStage {
  const run = `conformance: ${name}`;
  const task = (index: number): ShardTask => ({
    run,
    stage,
    shard: String(index).padStart(6, "0"),
    resource: "cpu",
    input: { index, nested: [null, true, { text: "größer\n" }], number: 0.1 },
  });
  return { run, stage, tasks: (count) => Array.from({ length: count }, (_, index) => task(index)) };
}

/** A handler that remembers which shards it was given, how often. */
export interface RecordingHandler {
  readonly handler: ShardHandler;
  /** Shards in order of their starts, once for every attempt. */
  readonly started: string[];
  readonly ended: string[];
}

/** Makes a handler that takes some turns of the event loop, then does what `act` does. */
export function recordingHandler(
  act: ShardHandler = async (): Promise<void> => {},
): RecordingHandler {
  const started: string[] = [];
  const ended: string[] = [];
  return {
    started,
    ended,
    async handler(task, context) {
      started.push(task.shard);
      try {
        for (let turn = 0; turn < 3; turn++) await nextTurn();
        await act(task, context);
      } finally {
        ended.push(task.shard);
      }
    },
  };
}
