import { MegaPairsError } from "@megapairs/spec";
import { clampScore, scoreExactly } from "../exact-scores.ts";
import type { EarlierJoin } from "../extend-self-join.ts";
import { CandidateTable } from "../join/candidate-table.ts";
import type { JoinTables } from "../join/join-tasks.ts";
import { float32Tolerance } from "../score-estimate.ts";
import type { VectorStore } from "../join/vector-store.ts";

/** Options of {@link loadEarlier}. */
export interface LoadEarlierOptions {
  readonly store: VectorStore;
  readonly relation: string;
  readonly earlier: EarlierJoin;
}

/** What an earlier join found, by rows of all vectors. */
export interface LoadedEarlier {
  /** By row, 1 for those it knew. */
  readonly isOld: Uint8Array;
  /** How many near duplicates it knew of a row. */
  readonly nearDuplicatesOf: (row: number) => number;
  /** Offers all it found to tables. */
  readonly offerTo: (tables: JoinTables, tableRowOf: (row: number) => number) => void;
}

interface Found {
  readonly query: number;
  readonly rows: Int32Array;
  readonly scores: Float32Array;
}

/**
 * Reads the records of an earlier join. Near duplicates are scored anew: records do not tell.
 * `invalid-argument` on records of another relation, of images that are not there, or twice of one.
 */
export async function loadEarlier(options: LoadEarlierOptions): Promise<LoadedEarlier> {
  const { store, relation, earlier } = options;
  const rowOf = new Map(store.ids.map((id, row) => [id, row]));
  const find = (id: string): number => {
    const row = rowOf.get(id);
    if (row !== undefined) return row;
    throw invalid(`The earlier join knows ${id}, which has no vector; join anew instead.`);
  };
  const check = (record: { readonly relation: string }): void => {
    if (record.relation === relation) return;
    throw invalid(`The earlier join has a record of ${record.relation}; expected ${relation}.`);
  };
  const isOld = new Uint8Array(store.ids.length);
  const kept: Found[] = [];
  for (const record of earlier.neighbours) {
    check(record);
    const query = find(record.queryId);
    if (isOld[query] === 1) throw invalid(`The earlier join has two records of ${record.queryId}.`);
    isOld[query] = 1;
    const rows = Int32Array.from(record.neighbours, ({ id }) => find(id));
    kept.push({ query, rows, scores: Float32Array.from(record.neighbours, ({ score }) => score) });
  }
  const copies: Found[] = [];
  const totals = new Map<number, number>();
  for (const record of earlier.nearDuplicates) {
    check(record);
    const query = find(record.imageId);
    const rows = Int32Array.from(record.nearDuplicateIds, find);
    copies.push({ query, rows, scores: await scoresOf(store, query, rows) });
    totals.set(query, record.total);
  }
  return {
    isOld,
    nearDuplicatesOf: (row) => totals.get(row) ?? 0,
    offerTo(tables, tableRowOf) {
      const exact = { tolerance: float32Tolerance(store.dimensions) };
      offerAll(new CandidateTable(tables.kept, exact), kept, tableRowOf);
      offerAll(new CandidateTable(tables.copies, exact), copies, tableRowOf);
      for (const [row, total] of totals) tables.copies.totals[tableRowOf(row)] = total;
    },
  };
}

async function scoresOf(
  store: VectorStore,
  query: number,
  rows: Int32Array,
): Promise<Float32Array> {
  const { dimensions } = store;
  const order = Int32Array.from(rows.keys()).toSorted((a, b) => rows[a]! - rows[b]!);
  const vectors = new Float32Array((rows.length + 1) * dimensions);
  await store.load({ rows: Int32Array.of(query), into: vectors });
  const ascending = order.map((place) => rows[place]!);
  await store.load({ rows: ascending, into: vectors.subarray(dimensions) });
  const places = Int32Array.from(ascending, (_, place) => place + 1);
  const found = new Float32Array(rows.length);
  scoreExactly(vectors.subarray(0, dimensions), vectors, places, found);
  const scores = new Float32Array(rows.length);
  for (const [place, from] of order.entries()) scores[from] = clampScore(found[place]!);
  return scores;
}

function offerAll(
  table: CandidateTable,
  found: readonly Found[],
  tableRowOf: (row: number) => number,
): void {
  for (const { query, rows, scores } of found) {
    const tableRow = tableRowOf(query);
    for (const [place, row] of rows.entries()) table.offer(tableRow, row, scores[place]!);
  }
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
