import { MegaPairsError } from "@megapairs/spec";
import type { Row } from "@megapairs/spec";

import { isRecord } from "../is-record.ts";
import type { ColumnType, TableSchema } from "./table-schema.ts";

/** Largest distance of a stored embedding's L2 norm from 1: float16 encoders stay well below it. */
const NORM_TOLERANCE = 1e-3;

/** Checked rows, ready for Arrow: exactly the table's columns, text well-formed. */
export interface CheckedRows {
  readonly rows: readonly Row[];
  /** Length of the vectors; 0 in a table without vectors. */
  readonly dimensions: number;
}

/**
 * Holds rows to a table's schema before Arrow sees them, since LanceDB pads, cuts and coerces
 * without a word. Lone surrogates in text become U+FFFD, as they would in UTF-8.
 *
 * `dimensions` is the table's vector length where it exists already. Throws `invalid-argument`
 * naming table, row and column.
 */
export function checkRows(
  table: TableSchema,
  rows: readonly Row[],
  dimensions: number | undefined,
): CheckedRows {
  const known = new Set(table.columns.map((column) => column.name));
  const vectors: VectorLength = { expected: dimensions };
  const checked = rows.map((row, index) => {
    const at = `${table.name} row ${index}`;
    for (const field of Object.keys(row)) {
      if (!known.has(field)) fail(at, `${field} is not a column of the table`);
    }
    const result: Record<string, unknown> = {};
    for (const { name, type, optional } of table.columns) {
      const value = row[name];
      if (optional && (value === undefined || value === null)) continue;
      result[name] = checkValue(value, type, `${at}: ${name}`, vectors);
    }
    return result;
  });
  return { rows: checked, dimensions: vectors.expected ?? 0 };
}

interface VectorLength {
  expected: number | undefined;
}

function checkValue(value: unknown, type: ColumnType, at: string, vectors: VectorLength): unknown {
  if (typeof type === "object") {
    return "list" in type
      ? checkList(value, type.list, at, vectors)
      : checkStruct(value, type.struct, at, vectors);
  }
  if (type === "string") {
    if (typeof value !== "string") return fail(at, `is ${describe(value)}, expected a string`);
    return value.replace(/\p{Surrogate}/gu, "\u{FFFD}");
  }
  if (type === "int32") {
    if (typeof value === "number" && (value | 0) === value) return value | 0;
    return fail(at, `is ${describe(value)}, expected a 32-bit integer`);
  }
  if (type === "float64") {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    return fail(at, `is ${describe(value)}, expected a finite number`);
  }
  if (type === "binary") {
    if (value instanceof Uint8Array) return value;
    return fail(at, `is ${describe(value)}, expected a Uint8Array`);
  }
  return checkVector(value, at, vectors);
}

function checkList(value: unknown, item: ColumnType, at: string, vectors: VectorLength): unknown {
  if (!Array.isArray(value)) return fail(at, `is ${describe(value)}, expected an array`);
  return value.map((element, index) => checkValue(element, item, `${at}[${index}]`, vectors));
}

function checkStruct(
  value: unknown,
  fields: Readonly<Record<string, ColumnType>>,
  at: string,
  vectors: VectorLength,
): unknown {
  if (!isRecord(value)) return fail(at, `is ${describe(value)}, expected an object`);
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) fail(at, `has the unknown field ${name}`);
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, type]) => [
      name,
      checkValue(value[name], type, `${at}.${name}`, vectors),
    ]),
  );
}

function checkVector(value: unknown, at: string, vectors: VectorLength): Float32Array {
  if (!(value instanceof Float32Array)) {
    return fail(at, `is ${describe(value)}, expected a Float32Array`);
  }
  vectors.expected ??= value.length;
  if (value.length !== vectors.expected || value.length === 0) {
    return fail(at, `has ${value.length} dimensions, expected ${vectors.expected || "at least 1"}`);
  }
  let squares = 0;
  for (const element of value) squares += element * element;
  const norm = Math.sqrt(squares);
  if (!(Math.abs(norm - 1) <= NORM_TOLERANCE)) {
    return fail(at, `has L2 norm ${norm}, expected 1 within ${NORM_TOLERANCE}`);
  }
  return value;
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "number") return String(value);
  if (typeof value === "object") return value.constructor?.name ?? "object";
  return typeof value;
}

function fail(at: string, problem: string): never {
  throw new MegaPairsError("invalid-argument", `${at} ${problem}`);
}
