import { MegaPairsError } from "@megapairs/spec";

import { z } from "zod";

import tables from "./tables.json" with { type: "json" };

/** Type of one column, as `tables.json` spells it. `vector` is a float32 list of one fixed length. */
export type ColumnType =
  | "string"
  | "int32"
  | "float64"
  | "binary"
  | "vector"
  | { readonly list: ColumnType }
  | { readonly struct: Readonly<Record<string, ColumnType>> };

/** One column of a table. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** The column may hold null; such a field is left out of the record. */
  readonly optional: boolean;
}

/** What a table holds: the fields of one kind of record, in a fixed order. */
export interface TableSchema {
  readonly name: string;
  /** Column of the unenforced primary key. */
  readonly key: string | undefined;
  readonly columns: readonly Column[];
}

const columnType: z.ZodType<ColumnType> = z.lazy(() =>
  z.union([
    z.enum(["string", "int32", "float64", "binary", "vector"]),
    z.strictObject({ list: columnType }),
    z.strictObject({ struct: z.record(z.string(), columnType) }),
  ]),
);

const DEFINITIONS = z
  .record(
    z.string(),
    z.strictObject({
      family: z.enum(["relation", "encoder"]).nullable(),
      key: z.string().nullable(),
      columns: z.record(z.string(), columnType),
      optional: z.array(z.string()),
    }),
  )
  .parse(tables);
const RELATION = /^[A-Za-z0-9-]{1,64}$/u;

/** How the tables of a family are named: for each similarity model, or for each encoder. */
const FAMILY_SUFFIX = {
  relation: /^_[A-Za-z0-9-]{1,64}$/u,
  encoder: /^_[A-Za-z0-9-]{1,64}_[0-9a-f]{8}$/u,
};

/**
 * Columns that every table has besides its record's fields. `attempt` names one call of `commit`:
 * a row is visible when a done-mark names its attempt.
 */
export const PROVENANCE: readonly Column[] = ["stageIdentity", "shard", "attempt"].map((name) => ({
  name,
  type: "string",
  optional: false,
}));

/** The schema of a table by its name. Throws `invalid-argument` on a name outside the layout. */
export function tableSchema(name: string): TableSchema {
  const found = Object.entries(DEFINITIONS).find(([base, { family }]) =>
    family === null
      ? name === base
      : name.startsWith(base) && FAMILY_SUFFIX[family].test(name.slice(base.length)),
  );
  if (found === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `unknown table "${name}"; expected images, embeddings_<relation>_<8 hex digits>, neighbours_<relation>, near_duplicates_<relation>, pairs, descriptions, instructions`,
    );
  }
  const [, definition] = found;
  const columns = Object.entries(definition.columns).map(([column, type]) => ({
    name: column,
    type,
    optional: definition.optional.includes(column),
  }));
  return { name, key: definition.key ?? undefined, columns };
}

/**
 * Table of the embeddings of one encoder: `embeddings_<relation>_<first 8 digits of fingerprint>`.
 *
 * `relation` is 1 to 64 letters, digits or dashes; `fingerprint` is lower-case hex. Throws
 * `invalid-argument` otherwise.
 */
export function embeddingTableName(relation: string, fingerprint: string): string {
  checkRelation(relation);
  if (!/^[0-9a-f]{8,}$/u.test(fingerprint)) {
    throw new MegaPairsError(
      "invalid-argument",
      `fingerprint is "${fingerprint}"; expected at least 8 lower-case hex digits`,
    );
  }
  return `embeddings_${relation}_${fingerprint.slice(0, 8)}`;
}

/**
 * Table of the neighbour lists of one similarity model: `neighbours_<relation>`.
 *
 * `relation` is 1 to 64 letters, digits or dashes. Throws `invalid-argument` otherwise.
 */
export function neighbourTableName(relation: string): string {
  checkRelation(relation);
  return `neighbours_${relation}`;
}

/**
 * Table of the near duplicates of one similarity model: `near_duplicates_<relation>`.
 *
 * `relation` is 1 to 64 letters, digits or dashes. Throws `invalid-argument` otherwise.
 */
export function nearDuplicateTableName(relation: string): string {
  checkRelation(relation);
  return `near_duplicates_${relation}`;
}

function checkRelation(relation: string): void {
  if (RELATION.test(relation)) return;
  throw new MegaPairsError(
    "invalid-argument",
    `relation is "${relation}"; expected 1 to 64 letters, digits or dashes`,
  );
}
