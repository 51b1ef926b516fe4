import { MegaPairsError } from "@megapairs/spec";

import { shardsOfTable } from "./commit-log.ts";
import type { LanceStore } from "./lance-store.ts";
import type { ReadImagesOptions, StoredImageWithBytes } from "./read-options.ts";
import { scanRows, sortRows, takeRows } from "./scan.ts";
import type { RowId, SortKeys } from "./scan.ts";
import { takeSnapshot } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";
import { column, equals, isIn, literal } from "./sql.ts";

const FIELDS = ["id", "path", "ordinal", "mediaType", "width", "height", "caption", "shard"];
const SORT = ["shard", "ordinal", "id"];

/** Images sorted at once. */
const GROUP_ROWS = 65_536;

/** Ids looked up at once. */
const LOOKUP_IDS = 1024;

/**
 * Images by shard and ordinal, or in the order of `options.ids`; `bytes` is there when
 * `options.bytes` is true.
 */
export async function* readImages(
  store: LanceStore,
  options: ReadImagesOptions,
): AsyncGenerator<StoredImageWithBytes> {
  const snapshot = await takeSnapshot(store);
  const columns = options.bytes === true ? [...FIELDS, "bytes"] : FIELDS;
  const rows =
    options.ids === undefined
      ? snapshot.ordered<StoredImageWithBytes>("images", {
          columns,
          sortBy: SORT,
          ranges: shardRanges(snapshot, options),
        })
      : lookUp(snapshot, options.ids, options.shard, columns);
  yield* rows;
}

function shardRanges(snapshot: Snapshot, { shard }: ReadImagesOptions): readonly string[] {
  if (shard !== undefined) return [equals("shard", shard)];
  const ranges: { first: string; last: string; rows: number }[] = [];
  for (const [name, rows] of shardsOfTable(snapshot.log, "images")) {
    const range = ranges.at(-1);
    if (range === undefined || range.rows + rows > GROUP_ROWS) {
      ranges.push({ first: name, last: name, rows });
    } else {
      range.last = name;
      range.rows += rows;
    }
  }
  const shardColumn = column("shard");
  return ranges.map(
    ({ first, last }) =>
      `${shardColumn} >= ${literal(first)} AND ${shardColumn} <= ${literal(last)}`,
  );
}

type LookUpRow = SortKeys & RowId & { readonly id: string };

async function* lookUp(
  snapshot: Snapshot,
  ids: readonly string[],
  shard: string | undefined,
  columns: readonly string[],
): AsyncGenerator<StoredImageWithBytes> {
  const table = await snapshot.table("images");
  const visible = new Set([...snapshot.log.values()].map(({ attempt }) => attempt));
  for (let start = 0; start < ids.length; start += LOOKUP_IDS) {
    const wanted = ids.slice(start, start + LOOKUP_IDS);
    const found: LookUpRow[] = [];
    if (table !== undefined) {
      const unique = isIn("id", [...new Set(wanted)]);
      const where = shard === undefined ? unique : `${unique} AND ${equals("shard", shard)}`;
      const scan = scanRows<LookUpRow>(table, {
        where,
        columns: SORT,
        visible,
        withRowId: true,
      });
      for await (const rows of scan) for (const row of rows) found.push(row);
    }
    const rowIds = new Map<string, bigint>();
    for (const { id, _rowid } of sortRows(found, SORT)) {
      if (!rowIds.has(id)) rowIds.set(id, _rowid);
    }
    const ordered = wanted.map((id) => {
      const rowId = rowIds.get(id);
      if (rowId !== undefined) return rowId;
      throw new MegaPairsError("corrupt-data", `image ${id} is not in the database`);
    });
    if (table !== undefined) {
      const batchFiles = columns.includes("bytes") ? 16 : LOOKUP_IDS;
      yield* takeRows<StoredImageWithBytes>(table, ordered, columns, batchFiles);
    }
  }
}
