import type { Table } from "@lancedb/lancedb";

import { MegaPairsError } from "@megapairs/spec";

import { decodeBatch } from "./arrow.ts";
import { storeError } from "./store-error.ts";

/** What a row has besides its table's columns when a scan asks for row ids. */
export interface RowId {
  readonly _rowid: bigint;
}

/** Columns that readers sort by. */
export type SortKeys = Readonly<Record<string, string | number | bigint>>;

/** Which rows of a table, and what of them. */
export interface ScanOptions {
  /** SQL condition. */
  readonly where?: string | undefined;
  /** All columns by default. */
  readonly columns?: readonly string[] | undefined;
  /** Adds `_rowid`, valid on the same handle. */
  readonly withRowId?: boolean | undefined;
  /** Attempts whose rows are visible; all rows by default. */
  readonly visible?: ReadonlySet<string> | undefined;
}

/**
 * Rows of a table in storage order, a batch at a time. `RowType` is what the columns hold by the
 * table's schema.
 */
export async function* scanRows<RowType>(
  table: Table,
  options: ScanOptions,
): AsyncGenerator<readonly RowType[]> {
  const { where, columns, visible } = options;
  const query = table.query();
  if (where !== undefined) query.where(where);
  if (options.withRowId === true) query.withRowId();
  if (columns !== undefined)
    query.select(visible === undefined ? [...columns] : [...columns, "attempt"]);
  try {
    for await (const batch of query) {
      const rows = decodeBatch<RowType & { readonly attempt: string }>(batch);
      yield visible === undefined ? rows : rows.filter((row) => visible.has(row.attempt));
    }
  } catch (error) {
    throw storeError(`read the table ${table.name}`, error, "corrupt-data");
  }
}

/** Rows by row id, in the order of `rowIds`, read `batchRows` at a time. */
export async function* takeRows<RowType>(
  table: Table,
  rowIds: readonly bigint[],
  columns: readonly string[],
  batchRows: number,
): AsyncGenerator<RowType> {
  for (let start = 0; start < rowIds.length; start += batchRows) {
    const wanted = rowIds.slice(start, start + batchRows);
    const found = new Map<bigint, RowType & RowId>();
    try {
      const query = table
        .takeRowIds(wanted)
        .select([...columns])
        .withRowId();
      for await (const batch of query) {
        for (const row of decodeBatch<RowType & RowId>(batch)) found.set(row._rowid, row);
      }
    } catch (error) {
      throw storeError(`read the table ${table.name}`, error, "corrupt-data");
    }
    for (const rowId of wanted) {
      const row = found.get(rowId);
      if (row === undefined)
        throw new MegaPairsError("corrupt-data", `row ${rowId} of the table ${table.name} is gone`);
      Reflect.deleteProperty(row, "_rowid");
      const record: RowType = row;
      yield record;
    }
  }
}

/** Ascending by several text or number columns: code unit order for text. */
export function sortRows<RowType extends SortKeys>(
  rows: readonly RowType[],
  by: readonly string[],
): RowType[] {
  return rows.toSorted((left, right) => {
    for (const name of by) {
      const a = left[name] ?? "";
      const b = right[name] ?? "";
      if (a !== b) return a < b ? -1 : 1;
    }
    return 0;
  });
}
