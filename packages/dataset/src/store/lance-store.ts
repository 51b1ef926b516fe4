import { readdir, stat } from "node:fs/promises";

import { connect } from "@lancedb/lancedb";
import type { Table } from "@lancedb/lancedb";
import { MegaPairsError } from "@megapairs/spec";

import { arrowSchema, FORMAT_VERSION } from "./arrow.ts";
import { isMissingTable, storeError } from "./store-error.ts";
import { tableSchema } from "./table-schema.ts";

/** A LanceDB database and the handles on its tables. */
export interface LanceStore {
  readonly uri: string;
  readonly readOnly: boolean;
  /** A handle on the newest version, which stays there; undefined where there is no such table. */
  open(name: string): Promise<Table | undefined>;
  /** The handle to write with; creates the table where there is none. */
  writer(name: string, dimensions: number): Promise<Table>;
  /** Table names, ascending. */
  names(): Promise<readonly string[]>;
  /** Throws `invalid-argument` when the database was opened to be read. */
  checkWritable(): void;
  close(): void;
}

/**
 * Opens the LanceDB database at `uri`: a directory, or an address that LanceDB knows (`s3://`).
 * Errors as in `openRunDatabase`.
 */
export async function openLanceStore(uri: string, readOnly: boolean): Promise<LanceStore> {
  if (!uri.includes("://")) await checkDirectory(uri, readOnly);
  const connection = await connect(uri).catch((error: unknown) => {
    throw storeError(`open the database ${uri}`, error, "unavailable");
  });
  const writers = new Map<string, Promise<Table>>();

  async function open(name: string): Promise<Table | undefined> {
    try {
      return await connection.openTable(name);
    } catch (error) {
      if (isMissingTable(error)) return undefined;
      throw storeError(`open the table ${name} of ${uri}`, error, "corrupt-data");
    }
  }

  async function create(name: string, dimensions: number): Promise<Table> {
    const schema = tableSchema(name);
    try {
      const existing = await open(name);
      const table =
        existing ??
        (await connection.createEmptyTable(name, arrowSchema(schema, dimensions), {
          existOk: true,
        }));
      if (schema.key !== undefined && !(await hasPrimaryKey(table, schema.key))) {
        await table.setUnenforcedPrimaryKey(schema.key);
      }
      return table;
    } catch (error) {
      throw storeError(`create the table ${name} of ${uri}`, error, "unavailable");
    }
  }

  const store: LanceStore = {
    uri,
    readOnly,
    open,
    writer(name, dimensions) {
      const known = writers.get(name);
      if (known !== undefined) return known;
      const created = create(name, dimensions);
      writers.set(name, created);
      created.catch(() => writers.delete(name));
      return created;
    },
    async names() {
      const names: string[] = [];
      let pageToken: string | undefined;
      do {
        const page = await connection.listTables(pageToken === undefined ? {} : { pageToken });
        names.push(...page.tables);
        pageToken = page.pageToken;
      } while (pageToken !== undefined && pageToken !== "");
      return names.toSorted();
    },
    checkWritable() {
      if (!readOnly) return;
      throw new MegaPairsError("invalid-argument", `the database ${uri} was opened read-only`);
    },
    close: () => connection.close(),
  };
  await checkFormat(store);
  return store;
}

async function checkDirectory(uri: string, readOnly: boolean): Promise<void> {
  const found = await stat(uri).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new MegaPairsError(
      "invalid-argument",
      `cannot open the database ${uri}: ${error.message}`,
      {
        cause: error,
      },
    );
  });
  if (found === undefined) {
    if (!readOnly) return;
    throw new MegaPairsError("invalid-argument", `there is no database at ${uri}`);
  }
  if (!found.isDirectory()) {
    throw new MegaPairsError("invalid-argument", `${uri} is a file, expected a database directory`);
  }
  const names = await readdir(uri);
  if (names.includes("commits.lance") || (names.length === 0 && !readOnly)) return;
  if (!readOnly && names.every((name) => name.endsWith(".lance"))) return;
  throw new MegaPairsError(
    "invalid-argument",
    `${uri} is not a run database: it has no commits.lance but holds ${names.length} other entries`,
  );
}

async function checkFormat(store: LanceStore): Promise<void> {
  const commits = await store.open("commits");
  if (commits === undefined) {
    if (!store.readOnly) return;
    throw new MegaPairsError("invalid-argument", `there is no run database at ${store.uri}`);
  }
  const { metadata } = await commits.schema();
  const version = metadata.get("megapairs.format") ?? "none";
  if (version === FORMAT_VERSION) return;
  throw new MegaPairsError(
    "unsupported",
    `the database ${store.uri} has layout version ${version}, expected ${FORMAT_VERSION}`,
  );
}

async function hasPrimaryKey(table: Table, key: string): Promise<boolean> {
  const schema = await table.schema();
  const field = schema.fields.find((candidate) => candidate.name === key);
  return field?.metadata.has("lance-schema:unenforced-primary-key:position") ?? false;
}
