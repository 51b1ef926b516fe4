import { performance } from "node:perf_hooks";

import type { JsonValue, ShardHandler, ShardStoreV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

import { createLimit } from "./limit.ts";
import type { StageProgress } from "./progress.ts";
import type { RunLog } from "./run-log.ts";
import type { ShardResult, Stage } from "./stage.ts";

/** Where a shard's rows and news go. */
export interface ShardHandlerSettings {
  /** Identity of the stage with its plan, as its tasks carry it. */
  readonly identity: string;
  readonly store: ShardStoreV1;
  readonly progress?: StageProgress | undefined;
  readonly log?: RunLog | undefined;
  /** Items by shard, for progress. */
  readonly items?: ReadonlyMap<string, number> | undefined;
}

/**
 * What an engine needs to work on a stage: executes a shard, then commits its rows, rejects and
 * done-mark at once. `runStage` makes one; a worker on another machine makes its own from the
 * stage and the identity in its tasks.
 *
 * The handler rejects with `invalid-argument` when a shard returns a table that is not among the
 * stage's, and with whatever `execute` and the store reject with.
 */
export function createShardHandler<Input extends JsonValue>(
  stage: Stage<Input>,
  { identity, store, progress, log, items }: ShardHandlerSettings,
): ShardHandler {
  const limit = createLimit(
    stage.concurrency ?? Number.MAX_SAFE_INTEGER,
    `Concurrency of stage "${stage.name}"`,
  );
  const reported = new Map<string, number>();
  const reach = (shard: string, done: number): void => {
    const before = reported.get(shard) ?? 0;
    const now = Math.min(done, items?.get(shard) ?? done);
    if (now <= before) return;
    reported.set(shard, now);
    progress?.advance(now - before);
  };

  return (task, context) =>
    limit.run(async () => {
      const { attempt, signal } = context;
      signal.throwIfAborted();
      const { shard } = task;
      const startedAt = performance.now();
      try {
        const result = await stage.execute({
          shard,
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- engines hand back what they were given
          input: task.input as Input,
          attempt,
          signal,
          report(itemsDone) {
            context.heartbeat();
            reach(shard, itemsDone);
          },
        });
        checkTables(stage, shard, result);
        const { rows, rejected } = await store.commit({
          stage: stage.name,
          identity,
          shard,
          tables: result.tables,
          rejects: result.rejects,
        });
        reach(shard, items?.get(shard) ?? 0);
        if (rejected > 0) progress?.reject(rejected);
        const elapsedMs = Math.round(performance.now() - startedAt);
        log?.info("shard-committed", { stage: stage.name, shard, rows, rejected, elapsedMs });
      } catch (error) {
        log?.warn("shard-failed", { stage: stage.name, shard, attempt, ...describeError(error) });
        throw error;
      }
    });
}

function checkTables(
  stage: Pick<Stage, "name" | "tables">,
  shard: string,
  result: ShardResult,
): void {
  const foreign = Object.keys(result.tables).find((table) => !stage.tables.includes(table));
  if (foreign === undefined) return;
  throw new MegaPairsError(
    "invalid-argument",
    `Shard "${shard}" of stage "${stage.name}" returned rows of table "${foreign}", ` +
      `expected only ${stage.tables.map((table) => `"${table}"`).join(", ")}`,
  );
}

/** An error in a few fields, for the log. */
export function describeError(error: unknown): { readonly [key: string]: JsonValue } {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = MegaPairsError.isInstance(error) ? error.code : error.name;
  return { code, message: error.message };
}
