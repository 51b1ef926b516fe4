import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EarlierJoin, SelfJoinResult } from "@megapairs/mine";
import { z } from "zod";
import { joinMethodSchema } from "../join-method-schema.ts";
import {
  readNearDuplicates,
  readNeighbours,
  writeNearDuplicates,
  writeNeighbours,
} from "./packed-records.ts";

const factsSchema = z.strictObject({
  format: z.literal("megapairs-join-1"),
  band: z.strictObject({ lower: z.number(), upper: z.number() }),
  k: z.int(),
  dimensions: z.int(),
  /** SHA-256 of the vectors, in ascending order of their ids. */
  digest: z.string(),
  method: joinMethodSchema,
});

/** What a stored join was made of. */
export type JoinFacts = z.output<typeof factsSchema>;

/** A join of one relation, kept in a folder. */
export interface StoredJoin {
  readonly facts: JoinFacts;
  /** Ascending. */
  readonly ids: readonly string[];
  /** For `extendSelfJoin`. */
  readonly earlier: EarlierJoin;
}

/** Where the joins of a relation are kept, and whose they are. */
export interface JoinPlace {
  readonly directory: string;
  readonly relation: string;
}

/** Reads a join that {@link writeStoredJoin} kept; undefined where there is none of this version. */
export async function readStoredJoin(place: JoinPlace): Promise<StoredJoin | undefined> {
  const folder = folderOf(place);
  const text = await readFile(join(folder, "join.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = factsSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return undefined;
  const facts = parsed.data;
  const ids = z
    .array(z.string())
    .parse(JSON.parse(await readFile(join(folder, "ids.json"), "utf8")));
  const { relation } = place;
  const { band, k, dimensions } = facts;
  const neighbours = {
    [Symbol.iterator]: () => readNeighbours(join(folder, "neighbours.bin"), relation, ids),
  };
  const nearDuplicates = {
    [Symbol.iterator]: () => readNearDuplicates(join(folder, "near-duplicates.bin"), relation, ids),
  };
  return { facts, ids, earlier: { band, k, dimensions, neighbours, nearDuplicates } };
}

/** Keeps a join of a relation in place of an earlier one: whole, or not at all. */
export async function writeStoredJoin(
  place: JoinPlace,
  facts: Omit<JoinFacts, "format">,
  ids: readonly string[],
  { neighbours, nearDuplicates }: Pick<SelfJoinResult, "neighbours" | "nearDuplicates">,
): Promise<void> {
  const folder = folderOf(place);
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const placeOf = placesIn(ids);
  await writeNeighbours(join(partial, "neighbours.bin"), neighbours, placeOf);
  await writeNearDuplicates(join(partial, "near-duplicates.bin"), nearDuplicates, placeOf);
  await writeFile(join(partial, "ids.json"), JSON.stringify(ids));
  const content = { format: "megapairs-join-1", ...facts };
  await writeFile(join(partial, "join.json"), `${JSON.stringify(content, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}

function folderOf({ directory, relation }: JoinPlace): string {
  return join(directory, encodeURIComponent(relation));
}

function placesIn(ids: readonly string[]): (id: string) => number {
  const places = new Map(ids.map((id, place) => [id, place]));
  return (id) => places.get(id) ?? -1;
}
