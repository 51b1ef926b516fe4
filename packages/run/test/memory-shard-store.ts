import { createHash } from "node:crypto";

import type { Row, ShardCommit, ShardOutput, ShardStoreV1 } from "@megapairs/spec";

/** Where a commit can be cut off by a kill. */
export type CommitMoment = "before" | "rows-written" | "after";

interface StoredRow {
  readonly identity: string;
  readonly shard: string;
  readonly row: Row;
}

/** Rows and done-marks apart, as on a disk: rows without a mark stay until they are recovered. */
export interface MemoryShardStore extends ShardStoreV1 {
  /** Rows of a table in shard order, those without a done-mark included. */
  rows(table: string): Row[];
  /** Called at each moment of each commit; what it throws cuts the commit off there. */
  onCommit: (shard: string, moment: CommitMoment) => void;
  /** Forgets every row and done-mark of a stage. */
  removeStage(identity: string): void;
}

export function createMemoryShardStore(): MemoryShardStore {
  let marks: ShardCommit[] = [];
  const tables = new Map<string, StoredRow[]>();
  const tableOf = (name: string): StoredRow[] => {
    const known = tables.get(name) ?? [];
    tables.set(name, known);
    return known;
  };
  const isMarked = (identity: string, shard: string): boolean =>
    marks.some((mark) => mark.identity === identity && mark.shard === shard);
  const keep = (table: string, holds: (row: StoredRow) => boolean): void => {
    tables.set(table, tableOf(table).filter(holds));
  };

  const store: MemoryShardStore = {
    specificationVersion: "shard-store-v1",
    onCommit: () => undefined,
    rows: (table) =>
      tableOf(table)
        .toSorted((a, b) => (a.shard < b.shard ? -1 : a.shard > b.shard ? 1 : 0))
        .map(({ row }) => row),
    removeStage(identity) {
      marks = marks.filter((mark) => mark.identity !== identity);
      for (const table of tables.keys()) keep(table, (row) => row.identity !== identity);
    },
    async commits(identity) {
      return marks.filter((mark) => mark.identity === identity);
    },
    async recover(identity, names) {
      for (const name of names) {
        keep(name, (row) => row.identity !== identity || isMarked(identity, row.shard));
      }
    },
    async commit({ stage, identity, shard, tables: output, rejects }: ShardOutput) {
      const known = marks.find((mark) => mark.identity === identity && mark.shard === shard);
      if (known !== undefined) return known;
      store.onCommit(shard, "before");
      for (const [name, rows] of Object.entries(output)) {
        tableOf(name).push(...rows.map((row) => ({ identity, shard, row })));
      }
      store.onCommit(shard, "rows-written");
      const digest = createHash("sha256")
        .update(JSON.stringify([output, rejects]))
        .digest("hex");
      const rows = Object.fromEntries(
        Object.entries(output).map(([name, { length }]) => [name, length]),
      );
      const mark = { stage, identity, shard, rows, rejected: rejects.length, digest };
      marks.push(mark);
      store.onCommit(shard, "after");
      return mark;
    },
  };
  return store;
}
