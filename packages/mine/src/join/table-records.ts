import type { NearDuplicateRecord, NeighbourRecord } from "@megapairs/spec";
import type { RowRange } from "../plan-tiles.ts";
import { LazyRecords } from "../record-list.ts";
import type { RecordList } from "../record-list.ts";
import type { CandidateMemory } from "./candidate-table.ts";

/** What {@link neighbourRecords} and {@link nearDuplicateRecords} make records of. */
export interface TableRecordsOptions {
  readonly ids: readonly string[];
  readonly relation: string;
  /** Ranked. */
  readonly table: CandidateMemory;
  /** Rows that records are of. */
  readonly queries: RowRange;
  /** The table's row of a matrix row. */
  readonly tableRowOf: (row: number) => number;
}

/** One record for every query row, in row order, over a compact copy of what the table holds. */
export function neighbourRecords(options: TableRecordsOptions): RecordList<NeighbourRecord> {
  const { ids, relation, queries } = options;
  const queryRows = Array.from(
    { length: queries.end - queries.start },
    (_, place) => queries.start + place,
  );
  const { offsets, rows, scores } = compact(options, queryRows);
  return new LazyRecords(queryRows.length, (place) => {
    const neighbours = [];
    const start = offsets[place]!;
    for (let at = start; at < offsets[place + 1]!; at += 1) {
      neighbours.push({ id: ids[rows[at]!]!, score: scores[at]!, rank: at - start + 1 });
    }
    return { queryId: ids[queries.start + place]!, relation, neighbours };
  });
}

/** One record for every query row that the table holds anything for, in row order; as above. */
export function nearDuplicateRecords(
  options: TableRecordsOptions,
): RecordList<NearDuplicateRecord> {
  const { ids, relation, queries, table, tableRowOf } = options;
  const queryRows: number[] = [];
  for (let row = queries.start; row < queries.end; row += 1) {
    if (table.counts[tableRowOf(row)]! > 0) queryRows.push(row);
  }
  const { offsets, rows } = compact(options, queryRows);
  const totals = Float64Array.from(queryRows, (row) => table.totals[tableRowOf(row)]!);
  return new LazyRecords(queryRows.length, (place) => ({
    imageId: ids[queryRows[place]!]!,
    relation,
    nearDuplicateIds: Array.from(
      rows.subarray(offsets[place], offsets[place + 1]),
      (row) => ids[row]!,
    ),
    total: totals[place]!,
  }));
}

interface CompactLists {
  /** Where each list begins; one more entry than there are lists. */
  readonly offsets: Float64Array;
  readonly rows: Int32Array;
  readonly scores: Float32Array;
}

function compact(
  { table, tableRowOf }: TableRecordsOptions,
  queryRows: readonly number[],
): CompactLists {
  const offsets = new Float64Array(queryRows.length + 1);
  for (const [place, row] of queryRows.entries()) {
    offsets[place + 1] = offsets[place]! + table.counts[tableRowOf(row)]!;
  }
  const total = offsets[queryRows.length]!;
  const rows = new Int32Array(total);
  const scores = new Float32Array(total);
  for (const [place, row] of queryRows.entries()) {
    const tableRow = tableRowOf(row);
    const start = (table.places[tableRow]! - 1) * table.capacity;
    const end = start + table.counts[tableRow]!;
    if (end === start) continue;
    rows.set(table.rows.subarray(start, end), offsets[place]);
    scores.set(table.scores.subarray(start, end), offsets[place]);
  }
  return { offsets, rows, scores };
}
