import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";

import type { Row } from "@megapairs/spec";

import { isRecord } from "../is-record.ts";
import type { TableSchema } from "./table-schema.ts";

/**
 * Digest of a set of rows that does not depend on their order: the sum of the rows' SHA-256
 * modulo 2^256, and their number. It guards against damage and difference, not against forgery.
 */
export interface RowSetDigest {
  count: number;
  sum: bigint;
}

/** The digest of no rows. */
export function emptyDigest(): RowSetDigest {
  return { count: 0, sum: 0n };
}

/** Adds a row; every column of the table counts, the stage's own marks do not. */
export function addRow(digest: RowSetDigest, table: TableSchema, row: Row): void {
  const hash = createHash("sha256");
  for (const { name } of table.columns) hashValue(hash, row[name]);
  digest.count += 1;
  digest.sum = BigInt.asUintN(256, digest.sum + BigInt(`0x${hash.digest("hex")}`));
}

/** SHA-256, lower-case hex, over the digests of several tables; those without rows do not count. */
export function combineDigests(tables: ReadonlyMap<string, RowSetDigest>): string {
  const hash = createHash("sha256");
  const filled = [...tables].filter(([, digest]) => digest.count > 0);
  filled.sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [name, { count, sum }] of filled) {
    hash.update(`${name} ${count} ${sum.toString(16).padStart(64, "0")}\n`);
  }
  return hash.digest("hex");
}

function hashValue(hash: Hash, value: unknown): void {
  if (typeof value === "string") hashBytes(hash, "s", Buffer.from(value));
  else if (typeof value === "number") hash.update(`n${value};`);
  else if (value instanceof Uint8Array) hashBytes(hash, "b", value);
  else if (value instanceof Float32Array) {
    hashBytes(hash, "v", new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (Array.isArray(value)) {
    hash.update(`[${value.length}:`);
    for (const item of value) hashValue(hash, item);
  } else if (isRecord(value)) {
    for (const name of Object.keys(value).toSorted()) hashValue(hash, value[name]);
  } else hash.update("-");
}

function hashBytes(hash: Hash, tag: string, bytes: Uint8Array): void {
  hash.update(`${tag}${bytes.byteLength}:`).update(bytes);
}
