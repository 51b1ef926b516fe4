import type { RunDatabase } from "@megapairs/dataset";
import { selectPairs } from "@megapairs/mine";
import type { Stage } from "@megapairs/run";
import type { JsonValue, RejectRecord } from "@megapairs/spec";
import { configAsJson } from "../config/load-config.ts";
import type { RunConfig } from "../config/run-config.ts";
import { once } from "./once.ts";
import { overlookPairs } from "./pair-overview.ts";
import { seesCopies } from "./relation.ts";
import type { Relation } from "./relation.ts";
import { createRetrievedSets } from "./retrieved-sets.ts";
import { toRows } from "./to-rows.ts";

/** What {@link createPairsStage} reads and how. */
export interface PairsStageSettings {
  readonly database: RunDatabase;
  readonly relations: readonly Pick<Relation, "name" | "input" | "nearDuplicates">[];
  readonly seed: number;
  readonly shardSize: number;
  readonly mine: RunConfig["mine"];
  /** Identity of the neighbours stage. */
  readonly neighbours: string;
  /** Identity of the guard stage; undefined where nothing is guarded. */
  readonly guard: string | undefined;
}

/** A range of retrieved sets, in query id order. */
interface SetRange {
  readonly [key: string]: JsonValue;
  readonly start: number;
  readonly end: number;
}

/**
 * Neighbours of all relations → pairs with hard negatives. What an image relation calls a near
 * duplicate is kept out, and so is in every part what the guard found. With `duplicates:
 * representatives` only one image of each group of near duplicates is mined, the largest picture; the
 * others are rejects.
 */
export function createPairsStage(settings: PairsStageSettings): Stage<SetRange> {
  const { database, relations, seed, shardSize, mine, neighbours, guard } = settings;
  const names = relations.map(({ name }) => name);
  const retrieved = createRetrievedSets(database, names);
  const overview = once(() => overlookPairs({ ...settings, retrievedSets: () => retrieved.all() }));
  const { duplicates, recall: _, ...selection } = mine;
  const copies = relations.filter(seesCopies).map(({ name }) => name);
  const thinned = duplicates === "representatives" ? { duplicates } : {};

  return {
    name: "pairs",
    version: 1,
    resource: "cpu",
    settings: configAsJson({ ...selection, ...thinned, seed, shardSize, relations: names, copies }),
    inputs: guard === undefined ? [neighbours] : [neighbours, guard],
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
      const { selection: chosen, caps, representatives } = await overview();
      const retrievedSets = await retrieved.read(start, end);
      const { pairs } = selectPairs({ ...chosen, retrievedSets, caps });
      const rejects = retrievedSets.flatMap(({ queryId: item }): RejectRecord[] => {
        const kept = representatives.get(item);
        const reason = `a near duplicate of ${kept}, which stays`;
        return kept === undefined ? [] : [{ item, code: "duplicate", reason }];
      });
      return { tables: { pairs: toRows(pairs) }, rejects };
    },
  };
}
