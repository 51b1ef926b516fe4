import type { Table } from "@lancedb/lancedb";

import { readCommitLog, visibleAttempts } from "./commit-log.ts";
import type { CommitLog } from "./commit-log.ts";
import type { LanceStore } from "./lance-store.ts";
import { scanRows, sortRows, takeRows } from "./scan.ts";
import type { RowId, SortKeys } from "./scan.ts";

/** Rows whose sort keys are in memory at once. */
const MAX_SORTED_ROWS = 2 ** 19;

/** Rows read at once, and files' bytes read at once: a file may have 64 MiB. */
const BATCH_ROWS = 2048;
const BATCH_FILES = 16;

/** The committed rows of a database at one moment. */
export interface Snapshot {
  readonly log: CommitLog;
  /** A handle that stays at its version; undefined where there is no such table. */
  table(name: string): Promise<Table | undefined>;
  /** Committed rows in storage order, a batch at a time. */
  scan<RowType>(
    name: string,
    columns: readonly string[],
    where?: string,
  ): AsyncGenerator<readonly RowType[]>;
  /** Committed rows in ascending order of the sort columns. */
  ordered<RowType>(name: string, options: OrderedOptions): AsyncGenerator<RowType>;
}

/** What {@link Snapshot.ordered} reads. */
interface OrderedOptions {
  readonly columns: readonly string[];
  readonly sortBy: readonly string[];
  /** Conditions that cut the rows into ranges, ascending in the first sort column. */
  readonly ranges?: readonly (string | undefined)[] | undefined;
}

/** Takes a {@link Snapshot}: one look at the done-marks, then one version of each table. */
export async function takeSnapshot(store: LanceStore): Promise<Snapshot> {
  const log = await readCommitLog(store);
  const visible = visibleAttempts(log);
  const tables = new Map<string, Promise<Table | undefined>>();

  function table(name: string): Promise<Table | undefined> {
    const opened = tables.get(name) ?? store.open(name);
    tables.set(name, opened);
    return opened;
  }

  return {
    log,
    table,
    async *scan<RowType>(name: string, columns: readonly string[], where?: string) {
      const source = await table(name);
      if (source !== undefined) yield* scanRows<RowType>(source, { columns, where, visible });
    },
    async *ordered<RowType>(name: string, options: OrderedOptions) {
      const { columns, sortBy, ranges = [undefined] } = options;
      const source = await table(name);
      if (source === undefined) return;
      const batchRows = columns.includes("bytes") ? BATCH_FILES : BATCH_ROWS;
      for (const where of ranges) {
        const keys: (SortKeys & RowId)[] = [];
        const scan = scanRows<SortKeys & RowId>(source, {
          columns: sortBy,
          where,
          visible,
          withRowId: true,
        });
        for await (const rows of scan) for (const row of rows) keys.push(row);
        const rowIds = sortRows(keys, sortBy).map((row) => row._rowid);
        yield* takeRows<RowType>(source, rowIds, columns, batchRows);
      }
    },
  };
}

/**
 * Cuts the range of hexadecimal ids, which SHA-256 fills evenly, so that no part has many more
 * than half a million of `rows` rows. Ids that are not hexadecimal fall into the outer parts.
 */
export function idRanges(column: string, rows: number): readonly (string | undefined)[] {
  const parts = Math.min(65_536, Math.ceil(rows / MAX_SORTED_ROWS));
  if (parts <= 1) return [undefined];
  const bounds = Array.from({ length: parts - 1 }, (_, index) =>
    Math.floor(((index + 1) * 65_536) / parts)
      .toString(16)
      .padStart(4, "0"),
  );
  return Array.from({ length: parts }, (_, part) => {
    const from = part === 0 ? [] : [`\`${column}\` >= '${bounds[part - 1]}'`];
    const to = part === parts - 1 ? [] : [`\`${column}\` < '${bounds[part]}'`];
    return [...from, ...to].join(" AND ");
  });
}
