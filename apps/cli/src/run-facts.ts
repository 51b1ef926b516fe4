import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RunDatabase, StoredReject } from "@megapairs/dataset";
import { groupNearDuplicates } from "@megapairs/mine";
import type { RunRecord } from "@megapairs/run";
import { parseConfig, settingsOf } from "./config/load-config.ts";
import { readJoinNotes } from "./join-notes.ts";
import type { JoinNotes } from "./join-notes.ts";
import { runPaths } from "./run-paths.ts";
import { sortedByKey } from "./sorted-by-key.ts";
import { readCopies } from "./stages/read-copies.ts";

/** What a run holds, as `inspect --json` prints it. */
export interface RunFacts {
  /** Rows of each finished or started stage, by table. */
  readonly stages: readonly {
    readonly name: string;
    readonly state: "running" | "done";
    readonly shards: number;
    readonly rows: Readonly<Record<string, number>>;
    readonly rejected: number;
    readonly digest: string | null;
  }[];
  readonly images: number;
  readonly pairs: number;
  readonly triplets: number;
  readonly instructions: number;
  /** Pairs by the relations that found them: `D`, `D+I`, …. */
  readonly pairsByRelations: Readonly<Record<string, number>>;
  /** How each relation was joined, with the recall measured where not every pair was scored. */
  readonly joins: JoinNotes;
  /** Groups of near duplicates that image relations see, and the images in them. */
  readonly duplicates: { readonly groups: number; readonly images: number };
  /** Images kept out of all pairs since an evaluation set has them too. */
  readonly guarded: number;
  /** Pictures by their paths, pairs by their ids. */
  readonly rejects: readonly Reject[];
  /** Bytes on disk, by part of the run directory. */
  readonly bytes: Readonly<Record<string, number>>;
}

type Reject = Omit<StoredReject, "identity">;

/** Counts what a run holds. */
export async function gatherRunFacts(
  directory: string,
  record: RunRecord,
  database: RunDatabase,
): Promise<RunFacts> {
  const pairsByRelations: Record<string, number> = {};
  let pairs = 0;
  for await (const { evidence } of database.readPairs()) {
    const found = evidence.map(({ relation }) => relation).join("+");
    pairsByRelations[found] = (pairsByRelations[found] ?? 0) + 1;
    pairs += 1;
  }
  let triplets = 0;
  let instructions = 0;
  for await (const { texts } of database.readInstructions()) {
    triplets += 1;
    instructions += texts.length;
  }
  const rejects = await currentRejects(record, database);
  return {
    stages: Object.entries(record.stages).map(([name, stage]) => {
      const { state, shards, rows, rejected, digest } = stage;
      return { name, state, shards, rows, rejected, digest };
    }),
    images: await database.countRows("images"),
    pairs,
    triplets,
    instructions,
    pairsByRelations: sortedByKey(pairsByRelations),
    joins: await currentJoins(directory, record),
    duplicates: await countDuplicates(record, database),
    guarded: new Set(rejects.flatMap(({ code, item }) => (code === "excluded" ? [item] : []))).size,
    rejects,
    bytes: await sizes(directory),
  };
}

/** Those of the stages as they are now: of embedding, which keeps what it did, earlier ones are there too. */
async function currentRejects(record: RunRecord, database: RunDatabase): Promise<Reject[]> {
  const rejects: Reject[] = [];
  for await (const { identity, ...reject } of database.readRejects()) {
    if (record.stages[reject.stage]?.identity === identity) rejects.push(reject);
  }
  const unnamed = new Set(
    rejects.flatMap(({ stage, item }) => (OF_IMAGES.has(stage) ? [item] : [])),
  );
  const paths = await pathsOf(unnamed, database);
  return rejects.map((reject) => ({ ...reject, item: paths.get(reject.item) ?? reject.item }));
}

async function currentJoins(
  directory: string,
  { settings, stages }: RunRecord,
): Promise<RunFacts["joins"]> {
  if (stages["neighbours"]?.state !== "done") return {};
  const { relations } = parseConfig(settingsOf(settings), "the run");
  const notes = await readJoinNotes(runPaths(directory).joins);
  return Object.fromEntries(
    Object.entries(notes).filter(([name]) => relations[name] !== undefined),
  );
}

/** Stages that reject images by their ids. */
const OF_IMAGES: ReadonlySet<string> = new Set(["embed", "guard", "pairs"]);

async function countDuplicates(
  { settings, stages }: RunRecord,
  database: RunDatabase,
): Promise<RunFacts["duplicates"]> {
  if (stages["neighbours"]?.state !== "done") return { groups: 0, images: 0 };
  const { relations } = parseConfig(settingsOf(settings), "the run");
  const groups = groupNearDuplicates({ records: await readCopies(database, relations) });
  const others = groups.reduce((sum, { duplicateIds }) => sum + duplicateIds.length, 0);
  return { groups: groups.length, images: groups.length + others };
}

async function pathsOf(
  ids: ReadonlySet<string>,
  database: RunDatabase,
): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  if (ids.size === 0) return paths;
  for await (const { id, path } of database.readImages()) if (ids.has(id)) paths.set(id, path);
  return paths;
}

async function sizes(directory: string): Promise<Record<string, number>> {
  const bytes: Record<string, number> = {};
  for (const part of (await readdir(directory)).toSorted()) {
    bytes[part] = await sizeOf(join(directory, part));
  }
  return bytes;
}

/** Bytes of a file or of all below a folder. What goes away meanwhile, in a run at work, is nothing. */
async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return found?.size ?? 0;
  let bytes = 0;
  for (const name of await readdir(path).catch(() => [])) bytes += await sizeOf(join(path, name));
  return bytes;
}
