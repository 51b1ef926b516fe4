import type { JsonValue } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

/** What a run's manifest says about one stage: what it was made with, and what it gave. */
export interface StageRecord {
  readonly identity: string;
  readonly version: number;
  readonly settings: JsonValue;
  readonly inputs: readonly string[];
  readonly fingerprints: Readonly<Record<string, string>>;
  /** Digest of the plan. */
  readonly plan: string;
  readonly state: "running" | "done";
  readonly shards: number;
  readonly items: number;
  /** Rows by table, every table that the stage writes; 0 each while running. */
  readonly rows: Readonly<Record<string, number>>;
  /** 0 while running. */
  readonly rejected: number;
  /** `StageSummary.digest`; null while running. */
  readonly digest: string | null;
}

/** Everything in a run's `run.json`. No times and no paths: equal runs have equal manifests. */
export interface RunRecord {
  readonly format: 1;
  /** Versions of the programs that started the run, by name. */
  readonly createdBy: Readonly<Record<string, string>>;
  /** The settings of the whole run, as its latest stage saw them. */
  readonly settings: JsonValue;
  /** By stage name, in the order in which they were started. */
  readonly stages: Readonly<Record<string, StageRecord>>;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const HEX_DIGEST = /^[0-9a-f]{64}$/;
const isText: Check = (value) => typeof value === "string";
const isDigest: Check = (value) => typeof value === "string" && HEX_DIGEST.test(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isRecordOf =
  (isValue: Check): Check =>
  (value) =>
    isFields(value) && Object.values(value).every(isValue);

const STAGE_FIELDS: Readonly<Record<keyof StageRecord, readonly [Check, string]>> = {
  identity: [isDigest, "64 hex digits"],
  version: [isCount, "a whole number"],
  settings: [(value) => value !== undefined, "JSON"],
  inputs: [(value) => Array.isArray(value) && value.every(isText), "an array of strings"],
  fingerprints: [isRecordOf(isText), "strings by name"],
  plan: [isDigest, "64 hex digits"],
  state: [(value) => value === "running" || value === "done", `"running" or "done"`],
  shards: [isCount, "a whole number"],
  items: [isCount, "a whole number"],
  rows: [isRecordOf(isCount), "counts by table"],
  rejected: [isCount, "a whole number"],
  digest: [(value) => value === null || isDigest(value), "64 hex digits or null"],
};

const RUN_FIELDS: Readonly<Record<keyof RunRecord, readonly [Check, string]>> = {
  format: [(value) => value === 1, "1, the only format this version knows"],
  createdBy: [isRecordOf(isText), "versions by name"],
  settings: [(value) => value !== undefined, "JSON"],
  stages: [isFields, "stages by name"],
};

function assertFields(
  value: unknown,
  path: string,
  table: Readonly<Record<string, readonly [Check, string]>>,
): asserts value is Fields {
  if (!isFields(value)) throw new Error(`${path} is not an object`);
  for (const [name, [holds, expected]] of Object.entries(table)) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    if (holds(field)) continue;
    const found = field === undefined ? "absent" : JSON.stringify(field).slice(0, 60);
    throw new Error(`${path}.${name} is ${found}, expected ${expected}`);
  }
}

function assertRunRecord(value: unknown): asserts value is RunRecord {
  assertFields(value, "manifest", RUN_FIELDS);
  for (const [name, stage] of Object.entries(value["stages"] ?? {})) {
    assertFields(stage, `stages.${name}`, STAGE_FIELDS);
  }
}

/** Reads the text of a `run.json`. `corrupt-data`, naming the place, when it is not one. */
export function parseRunRecord(text: string, path: string): RunRecord {
  try {
    const record: unknown = JSON.parse(text);
    assertRunRecord(record);
    return record;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("corrupt-data", `${path} is not a run's manifest: ${reason}`, {
      cause: error,
    });
  }
}
