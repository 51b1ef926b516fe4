import { performance } from "node:perf_hooks";

import type { EngineV1, JsonValue, ShardCommit, ShardStoreV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

import { knownStage } from "./known-stage.ts";
import type { ProgressReporter, StageProgress } from "./progress.ts";
import type { RunLog } from "./run-log.ts";
import type { RunManifest } from "./run-manifest.ts";
import { createShardHandler, describeError } from "./shard-handler.ts";
import { planStage, type StagePlan } from "./stage-plan.ts";
import { summaryFacts, type StageSummary } from "./stage-summary.ts";
import type { Stage } from "./stage.ts";
import { readCommits, totalCommits } from "./total-commits.ts";

/** Where and with what a stage runs. */
export interface RunStageOptions {
  /** Name of the run, part of the key of its tasks. */
  readonly run: string;
  readonly store: ShardStoreV1;
  readonly engine: EngineV1;
  readonly manifest: RunManifest;
  readonly progress?: ProgressReporter | undefined;
  readonly log?: RunLog | undefined;
  /** Aborting lets the shards in flight end, then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

type Commits = ReadonlyMap<string, ShardCommit>;

/**
 * Does a stage, or what is left of it: plans its shards, recovers what a killed writer left, works
 * on the shards without a done-mark, and writes the stage's end into the manifest. Killed at any
 * moment and run again, the rows, the digest and the manifest are those of a run that was never
 * killed. A stage that is done returns at once.
 *
 * Hold the run's lock meanwhile: recovery takes every row without a done-mark for a dead writer's.
 *
 * Rejects with `invalid-argument` when the run has this stage under another identity (other
 * settings, models, inputs or code; the message names what differs), `corrupt-data` when the store
 * does not hold what the manifest says, and otherwise with the first error that stays, after the
 * shards in flight have ended. What was committed until then is kept.
 */
export async function runStage<Input extends JsonValue>(
  stage: Stage<Input>,
  options: RunStageOptions,
): Promise<StageSummary> {
  const { store, manifest, progress, log, signal } = options;
  const startedAt = performance.now();
  signal?.throwIfAborted();
  const plan = await planStage(stage, signal);
  const known = knownStage(plan, manifest);
  const wasDone = known?.state === "done";
  if (!wasDone) {
    await manifest.put(stage.name, plan.record);
    await store.recover(plan.record.identity, stage.tables);
  }
  const before = await readCommits(store, plan);
  if (wasDone) checkDone(plan, before, known.digest, manifest.directory);

  const reporter = progress?.stage(stage.name, plan.record.items, {
    resumedItems: countItems(plan, before),
  });
  try {
    const after = wasDone ? before : await work(plan, before, reporter, options);
    const totals = totalCommits(plan, after);
    if (!wasDone) await manifest.put(stage.name, { ...plan.record, state: "done", ...totals });
    const summary: StageSummary = {
      name: stage.name,
      identity: plan.record.identity,
      shards: plan.shards.length,
      resumedShards: before.size,
      items: plan.record.items,
      ...totals,
      elapsedMs: performance.now() - startedAt,
    };
    log?.info("stage-done", summaryFacts(summary));
    reporter?.finish(summary, stage.summarise?.(summary));
    return summary;
  } catch (error) {
    reporter?.stop();
    log?.error("stage-stopped", { stage: stage.name, ...describeError(error) });
    throw error;
  }
}

async function work<Input extends JsonValue>(
  plan: StagePlan<Input>,
  before: Commits,
  progress: StageProgress | undefined,
  { run, store, engine, log, signal }: RunStageOptions,
): Promise<Commits> {
  const { stage, items, record } = plan;
  const todo = plan.shards.filter(({ shard }) => !before.has(shard));
  if (todo.length === 0) return before;
  const { name, resource } = stage;
  const { identity } = record;
  log?.info("stage-started", {
    stage: name,
    identity,
    shards: plan.shards.length,
    todo: todo.length,
  });
  await engine.doSubmit(
    todo.map(({ shard, input }) => ({ run, stage: identity, shard, resource, input })),
  );
  const handler = createShardHandler(stage, { identity, store, progress, log, items });
  await engine.doWork({ run, stage: identity }, handler, { signal });
  return readCommits(store, plan);
}

function countItems({ items }: StagePlan, commits: Commits): number {
  let total = 0;
  for (const shard of commits.keys()) total += items.get(shard) ?? 0;
  return total;
}

function checkDone(
  plan: StagePlan,
  commits: Commits,
  digest: string | null,
  directory: string,
): void {
  const { name } = plan.stage;
  const missing = plan.shards.length - commits.size;
  const found =
    missing > 0
      ? `the store lacks ${missing} of its ${plan.shards.length} shards`
      : `the store has digest ${totalCommits(plan, commits).digest}, the manifest ${digest}`;
  if (missing === 0 && totalCommits(plan, commits).digest === digest) return;
  throw new MegaPairsError(
    "corrupt-data",
    `Stage "${name}" in ${directory} is marked as done, but ${found}: redo from stage "${name}"`,
    { details: { stage: name } },
  );
}
