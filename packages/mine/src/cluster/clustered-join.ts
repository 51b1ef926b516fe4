import type { VectorScratch } from "@megapairs/spec";
import { deriveSeed } from "../derive-seed.ts";
import type { Gemm } from "../join/gemm.ts";
import { joinTasks } from "../join/join-tasks.ts";
import type { JoinTables } from "../join/join-tasks.ts";
import { nearDuplicateRecords, neighbourRecords } from "../join/table-records.ts";
import type { VectorStore } from "../join/vector-store.ts";
import type { JoinMethod } from "../join-method.ts";
import type { SelfJoinOptions, SelfJoinResult } from "../self-join.ts";
import { buildLists } from "./build-lists.ts";
import { calibrateMargin } from "./calibrate-margin.ts";
import { createGemmPool } from "./gemm-pool.ts";
import type { GemmPool } from "./gemm-pool.ts";
import { joinSample } from "./join-sample.ts";
import type { ExactSample } from "./join-sample.ts";
import { nearLists } from "./near-lists.ts";
import { permuteStore } from "./permute-store.ts";
import { planListTasks } from "./plan-list-tasks.ts";
import type { ListPlan } from "./plan-list-tasks.ts";
import { probeLists } from "./probe-lists.ts";
import { recallOf } from "./recall-of.ts";
import type { RowLists } from "./row-lists.ts";

/** What {@link clusteredJoin} needs beside the options of the join. */
export interface ClusteredJoinSettings {
  readonly store: VectorStore;
  readonly gemms: readonly Gemm[];
  /** Share of neighbours to find, below 1. */
  readonly recall: number;
  /** Queries that the recall is measured on. */
  readonly sampleQueries: number;
  readonly seed: number;
  /** For vectors that are not in memory; they are read where they lie without. */
  readonly scratch?: VectorScratch | undefined;
}

/**
 * The join of lists of similar rows: see {@link createSelfJoin}. Gives a string, why the exact join is
 * to be preferred, where nothing can be measured or saved.
 */
export async function clusteredJoin(
  options: SelfJoinOptions,
  settings: ClusteredJoinSettings,
): Promise<SelfJoinResult | string> {
  const { store, gemms, recall, sampleQueries, seed } = settings;
  const { signal, relation } = options;
  const { ids } = store;
  const sampleSeed = deriveSeed(seed, "recall", relation);
  const sample = await joinSample({
    ...options,
    store,
    gemms,
    queries: sampleQueries,
    seed: sampleSeed,
  });
  if ([...sample.neighbours, ...sample.nearDuplicates].every(({ length }) => length === 0)) {
    return `none of ${sample.queries.length} sampled queries has a neighbour to measure recall by`;
  }
  const planned = await plan({
    ...settings,
    sample,
    pool: createGemmPool(gemms, signal),
    seed: deriveSeed(seed, "lists", relation),
  });
  if (planned === undefined)
    return `lists would not save half of the pairs for a recall of ${recall}`;

  const { lists, scoredPairs, probes } = planned;
  const queries = { start: 0, end: ids.length };
  const permuted =
    settings.scratch !== undefined && store.resident === undefined
      ? await permuteStore(store, lists, settings.scratch)
      : undefined;
  let tables: JoinTables;
  try {
    tables = await joinTasks({
      ...options,
      ...planned,
      store: permuted?.store ?? store,
      gemms,
      queries,
      rowAt: lists.rowAt,
    });
  } finally {
    await permuted?.close();
  }
  const positionOf = new Int32Array(ids.length);
  for (const [position, row] of lists.rowAt.entries()) positionOf[row] = position;
  const tableRowOf = (row: number): number => positionOf[row]!;
  const records = { ids, relation, queries, tableRowOf };
  const neighbours = neighbourRecords({ ...records, table: tables.kept });
  const method: JoinMethod = {
    name: "clustered",
    recall: { target: recall, ...measure(sample, tables.kept, tableRowOf) },
    lists: lists.starts.length - 1,
    listsPerQuery: probes,
    shareOfPairs: scoredPairs / ((ids.length * (ids.length - 1)) / 2),
  };
  return {
    neighbours,
    nearDuplicates: nearDuplicateRecords({ ...records, table: tables.copies }),
    method,
  };
}

interface PlanOptions extends ClusteredJoinSettings {
  readonly sample: ExactSample;
  readonly pool: GemmPool;
}

interface Planned extends ListPlan {
  readonly lists: RowLists;
  /** Lists that a row looks into on average, its own included. */
  readonly probes: number;
}

/** Lists near a list at first; doubled until the recall can be had. */
const NEAR_AT_FIRST = 64;

async function plan(options: PlanOptions): Promise<Planned | undefined> {
  const { store, pool } = options;
  const { dimensions } = store;
  const lists = await buildLists(options);
  const listCount = lists.starts.length - 1;
  for (let most = NEAR_AT_FIRST; ; most *= 2) {
    const near = await nearLists({ lists, dimensions, pool, most });
    const margin = await calibrateMargin({ ...options, lists, near });
    if (margin === undefined) {
      if (most >= listCount / 2) return undefined;
      continue;
    }
    const found = await probeLists({ store, lists, near, margin, pool });
    const planned = planListTasks(lists, found);
    const rowCount = store.ids.length;
    if (planned.scoredPairs > (rowCount * rowCount) / 4) return undefined;
    const probes = found.reduce(
      (sum, probed) => sum + [...probed.values()].reduce((all, { length }) => all + length, 0),
      rowCount,
    );
    return { ...planned, lists, probes: probes / rowCount };
  }
}

function measure(
  { queries, neighbours }: ExactSample,
  kept: Parameters<typeof neighbourRecords>[0]["table"],
  tableRowOf: (row: number) => number,
): Omit<Extract<JoinMethod, { name: "clustered" }>["recall"], "target"> {
  const measured = recallOf(
    neighbours.map((wanted, place) => {
      const tableRow = tableRowOf(queries[place]!);
      const start = (kept.places[tableRow]! - 1) * kept.capacity;
      const found = new Set(kept.rows.subarray(start, start + kept.counts[tableRow]!));
      let hits = 0;
      for (const row of wanted) hits += Number(found.has(row));
      return { found: hits, total: wanted.length };
    }),
  );
  return measured ?? { recall: 1, low: 1, high: 1, queries: 0, neighbours: 0 };
}
