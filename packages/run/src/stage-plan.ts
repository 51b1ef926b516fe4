import type { JsonValue } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

import type { StageRecord } from "./run-record.ts";
import { planDigest, stageIdentity } from "./stage-identity.ts";
import type { ShardPlan, Stage } from "./stage.ts";

/** A stage with its shards collected: what is to be done, under which identity. */
export interface StagePlan<Input extends JsonValue = JsonValue> {
  readonly stage: Stage<Input>;
  readonly shards: readonly ShardPlan<Input>[];
  /** Items by shard, in shard order. */
  readonly items: ReadonlyMap<string, number>;
  /** The stage's entry in the manifest while it runs. */
  readonly record: StageRecord;
}

/**
 * Collects and checks the shards of a stage. `invalid-argument` on a shard id that is empty or
 * comes twice, on a count of items that is not a whole number from 0, and on a stage without a
 * name or with a version that is not a whole number from 1.
 */
export async function planStage<Input extends JsonValue>(
  stage: Stage<Input>,
  signal?: AbortSignal,
): Promise<StagePlan<Input>> {
  const { name, version, settings, inputs, fingerprints = {} } = stage;
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._:/-]*$/u.test(name)) {
    throw new MegaPairsError(
      "invalid-argument",
      `Stage name ${JSON.stringify(name)} is not one word of letters, digits and . _ : / -`,
    );
  }
  if (!isCount(version) || version === 0) {
    throw planError(name, `has version ${version}, expected a whole number from 1`);
  }
  const shards: ShardPlan<Input>[] = [];
  const items = new Map<string, number>();
  let totalItems = 0;
  for await (const plan of stage.plan()) {
    signal?.throwIfAborted();
    if (plan.shard === "") throw planError(name, "planned a shard with an empty id");
    if (items.has(plan.shard)) throw planError(name, `planned shard "${plan.shard}" twice`);
    if (!isCount(plan.items)) {
      throw planError(
        name,
        `planned ${plan.items} items in shard "${plan.shard}", expected a whole number from 0`,
      );
    }
    items.set(plan.shard, plan.items);
    shards.push(plan);
    totalItems += plan.items;
  }
  const plan = planDigest(shards);
  const record: StageRecord = {
    identity: stageIdentity(stage, plan),
    version,
    settings,
    inputs,
    fingerprints,
    plan,
    state: "running",
    shards: shards.length,
    items: totalItems,
    rows: Object.fromEntries(stage.tables.map((table) => [table, 0])),
    rejected: 0,
    digest: null,
  };
  return { stage, shards, items, record };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function planError(name: string, problem: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", `Stage "${name}" ${problem}`);
}
