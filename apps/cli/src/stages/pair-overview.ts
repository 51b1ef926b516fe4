import { posix } from "node:path";
import type { RunDatabase } from "@megapairs/dataset";
import { createNearDuplicateTest, groupNearDuplicates, planCaps } from "@megapairs/mine";
import type { CapPlan, PairCaps, PairSelection, RetrievedSet } from "@megapairs/mine";
import type { NearDuplicateRecord } from "@megapairs/spec";
import type { RunConfig } from "../config/run-config.ts";
import { GUARD } from "./guard-stage.ts";
import { readCopies } from "./read-copies.ts";
import type { Relation } from "./relation.ts";

/** What {@link overlookPairs} looks at. */
export interface PairOverviewOptions {
  readonly database: RunDatabase;
  readonly relations: readonly Pick<Relation, "name" | "input" | "nearDuplicates">[];
  readonly seed: number;
  readonly mine: RunConfig["mine"];
  /** Identity of the guard stage; undefined where nothing is guarded. */
  readonly guard: string | undefined;
  /** Gives all retrieved sets of the run, as often as it is called. */
  readonly retrievedSets: () => AsyncIterable<RetrievedSet>;
}

/** What a shard of pairs has to know about the others. */
export interface PairOverview {
  readonly selection: PairSelection;
  readonly caps: CapPlan;
  /** Path of the image that stays in place of another, by the other's id. */
  readonly representatives: ReadonlyMap<string, string>;
}

/** Looks at a whole run before any of its pairs are made. The outcome depends on its rows alone. */
export async function overlookPairs(options: PairOverviewOptions): Promise<PairOverview> {
  const { database, relations, seed, mine, guard, retrievedSets } = options;
  const byName = Object.fromEntries(relations.map((relation) => [relation.name, relation]));
  const copies = await readCopies(database, byName);
  const guarded = await readGuarded(database, guard);
  const representatives =
    mine.duplicates === "representatives"
      ? await chooseRepresentatives(database, copies, guarded)
      : new Map<string, string>();
  const { duplicates: _, recall: __, queriesPerTarget, pairsPerFolder, ...chosen } = mine;
  const selection: PairSelection = {
    ...chosen,
    seed,
    isExcluded: (id) => guarded.has(id) || representatives.has(id),
    nearDuplicates: createNearDuplicateTest(copies),
  };
  const folders: PairCaps =
    pairsPerFolder === undefined
      ? {}
      : { pairsPerGroup: pairsPerFolder, groupOf: await readFolders(database) };
  const caps = await planCaps({ ...selection, queriesPerTarget, ...folders, retrievedSets });
  return { selection, caps, representatives };
}

async function readGuarded(
  database: RunDatabase,
  guard: string | undefined,
): Promise<ReadonlySet<string>> {
  const guarded = new Set<string>();
  if (guard === undefined) return guarded;
  for await (const { identity, code, item } of database.readRejects({ stage: GUARD })) {
    if (identity === guard && code === "excluded") guarded.add(item);
  }
  return guarded;
}

/** Of each group an image that is not guarded stays, of those the one with most pixels. */
async function chooseRepresentatives(
  database: RunDatabase,
  copies: readonly NearDuplicateRecord[],
  guarded: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const listed = new Set(
    copies.flatMap(({ imageId, nearDuplicateIds }) => [imageId, ...nearDuplicateIds]),
  );
  const worth = new Map<string, number>();
  const paths = new Map<string, string>();
  for await (const { id, path, width, height } of database.readImages()) {
    if (!listed.has(id)) continue;
    worth.set(id, guarded.has(id) ? 0 : width * height);
    paths.set(id, path);
  }
  const groups = groupNearDuplicates({
    records: copies,
    prefer: (first, second) => (worth.get(second) ?? 0) - (worth.get(first) ?? 0),
  });
  return new Map(
    groups.flatMap(({ representativeId, duplicateIds }) =>
      duplicateIds.map((id): [string, string] => [
        id,
        paths.get(representativeId) ?? representativeId,
      ]),
    ),
  );
}

async function readFolders(database: RunDatabase): Promise<(imageId: string) => string> {
  const folders = new Map<string, string>();
  for await (const { id, path } of database.readImages()) folders.set(id, posix.dirname(path));
  return (imageId) => folders.get(imageId) ?? ".";
}
