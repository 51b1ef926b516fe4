import { randomUUID } from "node:crypto";

import { MegaPairsError } from "@megapairs/spec";
import type { Row, ShardCommit, ShardOutput, ShardStoreV1 } from "@megapairs/spec";
import type { FixedSizeList } from "apache-arrow";

import { arrowTable } from "./arrow.ts";
import { commitKey, readCommitLog, toShardCommit } from "./commit-log.ts";
import type { CommitLog } from "./commit-log.ts";
import type { LanceStore } from "./lance-store.ts";
import { createMutex } from "./mutex.ts";
import { checkRows } from "./row-check.ts";
import { addRow, combineDigests, emptyDigest } from "./row-digest.ts";
import type { RowSetDigest } from "./row-digest.ts";
import { scanRows } from "./scan.ts";
import { equals, isIn } from "./sql.ts";
import { storeError } from "./store-error.ts";
import { tableSchema } from "./table-schema.ts";
import type { TableSchema } from "./table-schema.ts";

/** LanceDB sizes its conflict filter for 8,192 rows, and panics on an add of more than 2 GB. */
const MAX_ADD_ROWS = 8192;
const MAX_ADD_BYTES = 256 * 2 ** 20;

/** Fragments of a table of small rows beyond which `recover` merges them. */
const MAX_FRAGMENTS = 64;

/** The writing side of a run database. */
export interface ShardWriter extends ShardStoreV1 {
  removeStage(identity: string, tables: readonly string[]): Promise<void>;
}

/**
 * Writes shards so that each counts once. Every call of `commit` marks its rows with an attempt of
 * its own, and the done-mark names the attempt: rows of a killed call, or of a second worker that
 * did the same shard, are never visible, and `recover` only frees their space.
 */
export function createShardWriter(store: LanceStore): ShardWriter {
  const exclusive = createMutex();
  let cached: { readonly version: number; readonly log: CommitLog } | undefined;

  async function currentLog(): Promise<CommitLog> {
    const table = await store.writer("commits", 0);
    await table.checkoutLatest();
    const version = await table.version();
    if (cached?.version !== version) cached = { version, log: await readCommitLog(store) };
    return cached.log;
  }

  async function write(output: ShardOutput): Promise<ShardCommit> {
    const key = commitKey(output.identity, output.shard);
    const earlier = (await currentLog()).get(key);
    if (earlier !== undefined) return toShardCommit(earlier);

    const marks = {
      stageIdentity: output.identity,
      shard: output.shard,
      attempt: randomUUID(),
    };
    const rejects = output.rejects.map(({ item, code, reason }) => ({
      stage: output.stage,
      item,
      code,
      reason,
    }));
    const tables = Object.entries(output.tables)
      .filter(([name]) => isDataTable(name))
      .toSorted(([left], [right]) => (left < right ? -1 : 1));
    const prepared: PreparedTable[] = [];
    for (const [name, rows] of tables) prepared.push(await prepare(store, name, rows));
    if (rejects.length > 0) prepared.push(await prepare(store, "rejects", rejects));

    for (const table of prepared) {
      if (table.rows.length > 0) await append(store, table, marks);
    }

    const commit: ShardCommit = {
      stage: output.stage,
      identity: output.identity,
      shard: output.shard,
      rows: Object.fromEntries(tables.map(([name, rows]) => [name, rows.length])),
      rejected: rejects.length,
      digest: combineDigests(new Map(prepared.map(({ schema, digest }) => [schema.name, digest]))),
    };
    const { stage, rejected, digest } = commit;
    const mark = { stage, rows: JSON.stringify(commit.rows), rejected, digest };
    await append(store, await prepare(store, "commits", [mark]), marks);
    const winner = (await currentLog()).get(key);
    return winner === undefined ? commit : toShardCommit(winner);
  }

  async function removeInvisible(identity: string, tables: readonly string[]): Promise<void> {
    const log = await currentLog();
    const visible = new Set([...log.values()].map(({ attempt }) => attempt));
    for (const name of [...tables.filter(isDataTable), "rejects"]) {
      const table = await store.open(name);
      if (table === undefined) continue;
      const dead = new Set<string>();
      const where = equals("stageIdentity", identity);
      const scan = scanRows<{ readonly attempt: string }>(table, { where, columns: ["attempt"] });
      for await (const rows of scan) {
        for (const { attempt } of rows) if (!visible.has(attempt)) dead.add(attempt);
      }
      if (dead.size > 0) await remove(table, isIn("attempt", [...dead]));
    }
    for (const name of ["commits", "rejects"]) {
      const table = await store.open(name);
      if (table === undefined) continue;
      const { fragmentStats } = await table.stats();
      if (fragmentStats.numFragments > MAX_FRAGMENTS) await table.optimize();
    }
  }

  async function removeStage(identity: string, tables: readonly string[]): Promise<void> {
    const where = equals("stageIdentity", identity);
    for (const name of ["commits", "rejects", ...tables.filter(isDataTable)]) {
      const table = await store.open(name);
      if (table !== undefined && (await table.countRows(where)) > 0) await remove(table, where);
    }
  }

  return {
    specificationVersion: "shard-store-v1",
    async commits(identity) {
      const log = await readCommitLog(store);
      return [...log.values()]
        .filter((commit) => commit.identity === identity)
        .map(toShardCommit)
        .toSorted((left, right) => (left.shard < right.shard ? -1 : 1));
    },
    async recover(identity, tables) {
      store.checkWritable();
      await exclusive(() => removeInvisible(identity, tables));
    },
    async commit(output) {
      store.checkWritable();
      return await exclusive(() => write(output));
    },
    async removeStage(identity, tables) {
      store.checkWritable();
      await exclusive(() => removeStage(identity, tables));
    },
  };
}

interface PreparedTable {
  readonly schema: TableSchema;
  readonly rows: readonly Row[];
  readonly dimensions: number;
  readonly digest: RowSetDigest;
}

function isDataTable(name: string): boolean {
  if (name !== "commits" && name !== "rejects") return tableSchema(name).name === name;
  throw new MegaPairsError("invalid-argument", `the table ${name} is kept by the store itself`);
}

async function prepare(
  store: LanceStore,
  name: string,
  rows: readonly Row[],
): Promise<PreparedTable> {
  const schema = tableSchema(name);
  const checked = checkRows(schema, rows, await storedDimensions(store, schema));
  const digest = emptyDigest();
  for (const row of checked.rows) addRow(digest, schema, row);
  return { schema, digest, ...checked };
}

async function storedDimensions(
  store: LanceStore,
  schema: TableSchema,
): Promise<number | undefined> {
  const vector = schema.columns.find(({ type }) => type === "vector");
  const table = vector === undefined ? undefined : await store.open(schema.name);
  if (vector === undefined || table === undefined) return undefined;
  const { fields } = await table.schema();
  const type: FixedSizeList | undefined = fields.find(({ name }) => name === vector.name)?.type;
  return type?.listSize;
}

async function append(
  store: LanceStore,
  { schema, rows, dimensions }: PreparedTable,
  marks: Row,
): Promise<void> {
  const table = await store.writer(schema.name, dimensions);
  for (const chunk of chunksOf(schema, rows)) {
    const marked = chunk.map((row) => ({ ...row, ...marks }));
    await table.add(arrowTable(schema, marked, dimensions)).catch((error: unknown) => {
      throw storeError(`write to the table ${schema.name} of ${store.uri}`, error, "unavailable");
    });
  }
}

function* chunksOf(schema: TableSchema, rows: readonly Row[]): Generator<readonly Row[]> {
  const sized = schema.columns.map(({ name }) => name);
  let chunk: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = sized.reduce((sum, name) => sum + sizeOf(row[name]), 0);
    if (chunk.length === MAX_ADD_ROWS || (chunk.length > 0 && bytes + size > MAX_ADD_BYTES)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(row);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

function sizeOf(value: unknown): number {
  if (value instanceof Uint8Array || value instanceof Float32Array) return value.byteLength;
  if (typeof value === "string") return value.length * 3;
  return Array.isArray(value) ? value.length * 80 : 8;
}

async function remove(
  table: { readonly name: string; delete(predicate: string): Promise<unknown> },
  where: string,
): Promise<void> {
  await table.delete(where).catch((error: unknown) => {
    throw storeError(`delete rows of the table ${table.name}`, error, "unavailable");
  });
}
