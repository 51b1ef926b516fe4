import type { RunDatabase } from "@megapairs/dataset";
import { createNearDuplicateTest, mergeNeighbours, selectPairs } from "@megapairs/mine";
import type { NearDuplicateTest, RetrievedSet, SelectionStrategy } from "@megapairs/mine";
import type { Stage } from "@megapairs/run";
import type { JsonValue, NearDuplicateRecord, NeighbourRecord } from "@megapairs/spec";
import type { Relation } from "./relation.ts";
import { toRows } from "./to-rows.ts";

/** What {@link createPairsStage} reads and how. */
export interface PairsStageSettings {
  readonly database: RunDatabase;
  readonly relations: readonly Pick<Relation, "name" | "input">[];
  readonly seed: number;
  readonly shardSize: number;
  readonly targetsPerQuery: number;
  readonly hardNegatives: number;
  readonly strategy: SelectionStrategy;
  /** Identity of the neighbours stage. */
  readonly neighbours: string;
}

/** A range of retrieved sets, in query id order. */
interface SetRange {
  readonly [key: string]: JsonValue;
  readonly start: number;
  readonly end: number;
}

interface Retrieved {
  readonly sets: readonly RetrievedSet[];
  readonly nearDuplicates: NearDuplicateTest;
}

/**
 * Neighbours of all relations → pairs with hard negatives. What an image relation calls a near
 * duplicate is kept out; equal captions are none: different pictures may share one.
 */
export function createPairsStage(settings: PairsStageSettings): Stage<SetRange> {
  const { database, relations, shardSize, neighbours, ...selection } = settings;
  let retrieved: Promise<Retrieved> | undefined;
  const load = (): Promise<Retrieved> => (retrieved ??= retrieve(database, relations));

  return {
    name: "pairs",
    version: 1,
    resource: "cpu",
    settings: { ...selection, shardSize, relations: relations.map(({ name }) => name) },
    inputs: [neighbours],
    tables: ["pairs"],
    concurrency: 1,

    async *plan() {
      const { sets } = await load();
      for (let start = 0; start < sets.length; start += shardSize) {
        const end = Math.min(start + shardSize, sets.length);
        const shard = String(start / shardSize).padStart(6, "0");
        yield { shard, items: end - start, input: { start, end } };
      }
    },

    async execute({ input: { start, end } }) {
      const { sets, nearDuplicates } = await load();
      const retrievedSets = sets.slice(start, end);
      const { pairs } = selectPairs({ retrievedSets, nearDuplicates, ...selection });
      return { tables: { pairs: toRows(pairs) }, rejects: [] };
    },
  };
}

async function retrieve(
  database: RunDatabase,
  relations: PairsStageSettings["relations"],
): Promise<Retrieved> {
  const neighbours: NeighbourRecord[] = [];
  const copies: NearDuplicateRecord[] = [];
  for (const { name, input } of relations) {
    for await (const record of database.readNeighbours(name)) neighbours.push(record);
    if (input === "caption") continue;
    for await (const record of database.readNearDuplicates(name)) copies.push(record);
  }
  return {
    sets: mergeNeighbours(neighbours),
    nearDuplicates: createNearDuplicateTest(copies),
  };
}
