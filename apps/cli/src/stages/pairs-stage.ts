import type { RunDatabase } from "@megapairs/dataset";
import { createNearDuplicateTest, selectPairs } from "@megapairs/mine";
import type { NearDuplicateTest, SelectionStrategy } from "@megapairs/mine";
import type { Stage } from "@megapairs/run";
import type { JsonValue, NearDuplicateRecord } from "@megapairs/spec";
import type { Relation } from "./relation.ts";
import { once } from "./once.ts";
import { createRetrievedSets } from "./retrieved-sets.ts";
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

/**
 * Neighbours of all relations → pairs with hard negatives. What an image relation calls a near
 * duplicate is kept out; equal captions are none: different pictures may share one.
 */
export function createPairsStage(settings: PairsStageSettings): Stage<SetRange> {
  const { database, relations, shardSize, neighbours, ...selection } = settings;
  const names = relations.map(({ name }) => name);
  const retrieved = createRetrievedSets(database, names);
  const copies = once(() => readCopies(database, relations));

  return {
    name: "pairs",
    version: 1,
    resource: "cpu",
    settings: { ...selection, shardSize, relations: names },
    inputs: [neighbours],
    tables: ["pairs"],
    concurrency: 1,

    async *plan() {
      const sets = await retrieved.count();
      for (let start = 0; start < sets; start += shardSize) {
        const end = Math.min(start + shardSize, sets);
        const shard = String(start / shardSize).padStart(6, "0");
        yield { shard, items: end - start, input: { start, end } };
      }
    },

    async execute({ input: { start, end } }) {
      const nearDuplicates = await copies();
      const retrievedSets = await retrieved.read(start, end);
      const { pairs } = selectPairs({ retrievedSets, nearDuplicates, ...selection });
      return { tables: { pairs: toRows(pairs) }, rejects: [] };
    },
  };
}

async function readCopies(
  database: RunDatabase,
  relations: PairsStageSettings["relations"],
): Promise<NearDuplicateTest> {
  const copies: NearDuplicateRecord[] = [];
  for (const { name, input } of relations) {
    if (input === "caption") continue;
    for await (const record of database.readNearDuplicates(name)) copies.push(record);
  }
  return createNearDuplicateTest(copies);
}
