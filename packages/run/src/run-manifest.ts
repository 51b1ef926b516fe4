import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { JsonValue } from "@megapairs/spec";

import { canonicalJson } from "./canonical-json.ts";
import { fileError, systemCode } from "./file-error.ts";
import { replaceFile } from "./replace-file.ts";
import { parseRunRecord, type RunRecord, type StageRecord } from "./run-record.ts";

/** Name of the manifest in a run directory. */
const FILE_NAME = "run.json";

/** What a run is opened with. */
export interface OpenManifestSettings {
  /** Versions of the programs that make the run, by name; kept from the first opening. */
  readonly createdBy: Readonly<Record<string, string>>;
  /**
   * The settings of the whole run, for people. Written with the first stage that starts after
   * opening; whether a stage may be continued is decided by its own identity, not by these.
   */
  readonly settings: JsonValue;
}

/** The manifest of an opened run. Every change is on disk when its promise resolves. */
export interface RunManifest {
  /** The run directory. */
  readonly directory: string;
  /** What is on disk now. */
  readonly record: RunRecord;
  /** What is known of a stage. */
  stage(name: string): StageRecord | undefined;
  /** Puts a stage in, or in place of what was known of it. */
  put(name: string, stage: StageRecord): Promise<void>;
  /**
   * Takes a stage out, so that it may be made again with other settings, and returns what was
   * known of it. Remove its rows from the store first, under the identity known here: killed in
   * between, the run then says that they are missing instead of keeping them unseen.
   */
  forget(name: string): Promise<StageRecord | undefined>;
}

/**
 * Reads the manifest of a run directory without opening it for writing: `undefined` where there is
 * none. `corrupt-data` when there is a `run.json` that is not one, `unavailable` when it cannot be
 * read.
 */
export async function readManifest(directory: string): Promise<RunRecord | undefined> {
  const path = join(directory, FILE_NAME);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw fileError(error, "read", path);
  }
  return parseRunRecord(text, path);
}

/**
 * Opens the manifest of a run directory, or starts one where there is none. Hold the run's lock
 * (`lockRun`) while it is open: there is one writer.
 *
 * Rejects like {@link readManifest}, and with `invalid-argument` when the directory is missing or
 * cannot be written.
 */
export async function openManifest(
  directory: string,
  { createdBy, settings }: OpenManifestSettings,
): Promise<RunManifest> {
  const path = join(directory, FILE_NAME);
  const latest = sortedCopy(settings);
  const before = await readManifest(directory);
  let record: RunRecord = before ?? { format: 1, createdBy, settings: latest, stages: {} };

  const write = async (next: RunRecord): Promise<void> => {
    try {
      await replaceFile(path, `${JSON.stringify(next, undefined, 2)}\n`);
    } catch (error) {
      throw fileError(error, "write", path);
    }
    record = next;
  };
  const stage = (name: string): StageRecord | undefined =>
    Object.hasOwn(record.stages, name) ? record.stages[name] : undefined;

  let last: Promise<unknown> = Promise.resolve();
  const change = (edit: (stages: Map<string, StageRecord>) => void): Promise<void> => {
    const turn = async (): Promise<void> => {
      const stages = new Map(Object.entries(record.stages));
      edit(stages);
      await write({ ...record, settings: latest, stages: Object.fromEntries(stages) });
    };
    const turned = last.then(turn);
    last = turned.catch(() => undefined);
    return turned;
  };

  if (before === undefined) await write(record);
  return {
    directory,
    get record() {
      return record;
    },
    stage,
    put: (name, entry) => change((stages) => stages.set(name, inKeyOrder(entry))),
    async forget(name) {
      const known = stage(name);
      if (known !== undefined) await change((stages) => stages.delete(name));
      return known;
    },
  };
}

/** Settings and fingerprints in ascending key order, whatever order they came in. */
function inKeyOrder(stage: StageRecord): StageRecord {
  const fingerprints = Object.entries(stage.fingerprints).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...stage,
    settings: sortedCopy(stage.settings),
    fingerprints: Object.fromEntries(fingerprints),
  };
}

function sortedCopy(settings: JsonValue): JsonValue {
  const copy: JsonValue = JSON.parse(canonicalJson(settings, "Settings of a run"));
  return copy;
}
