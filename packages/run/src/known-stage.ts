import type { JsonValue } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

import { jsonDifferences } from "./json-differences.ts";
import type { RunManifest } from "./run-manifest.ts";
import type { StageRecord } from "./run-record.ts";
import type { StagePlan } from "./stage-plan.ts";

/** Differences named in one message. */
const MAX_DIFFERENCES = 5;

/**
 * What the run knows of a stage. `invalid-argument` when it was begun under another identity: the
 * message names what differs and what to do.
 */
export function knownStage(plan: StagePlan, manifest: RunManifest): StageRecord | undefined {
  const { name } = plan.stage;
  const known = manifest.stage(name);
  if (known === undefined || known.identity === plan.record.identity) return known;
  const differences = recordDifferences(name, known, plan.record);
  const named = differences.slice(0, MAX_DIFFERENCES).join("; ");
  const more = differences.length - MAX_DIFFERENCES;
  throw new MegaPairsError(
    "invalid-argument",
    `Stage "${name}" in ${manifest.directory} was made differently: ` +
      `${named}${more > 0 ? `; and ${more} more` : ""}. ` +
      `Use another run directory, or redo this one from stage "${name}"`,
    { details: { stage: name, differences: differences.length } },
  );
}

function recordDifferences(name: string, was: StageRecord, is: StageRecord): string[] {
  const differences = [
    ...jsonDifferences(`version of ${name}`, was.version, is.version),
    ...jsonDifferences(name, was.settings, plain(is.settings)),
    ...jsonDifferences(`${name}.fingerprints`, was.fingerprints, is.fingerprints),
  ];
  if (JSON.stringify(was.inputs) !== JSON.stringify(is.inputs)) {
    differences.push("a stage it reads was made again with other settings or data");
  }
  if (was.plan !== is.plan) {
    differences.push(
      amount(was) === amount(is)
        ? `the items it works on changed (${amount(is)}, as before)`
        : `its work was ${amount(was)}, is ${amount(is)}`,
    );
  }
  return differences.length > 0 ? differences : ["its identity was computed otherwise"];
}

function amount({ items, shards }: StageRecord): string {
  return `${items} items in ${shards} shards`;
}

/** As the manifest would give it back: without `undefined` members. */
function plain(value: JsonValue): JsonValue {
  const copy: JsonValue = JSON.parse(JSON.stringify(value));
  return copy;
}
