import { createRequire } from "node:module";

import type * as Arrow from "apache-arrow";
import type { Row } from "@megapairs/spec";

import { isRecord } from "../is-record.ts";
import { PROVENANCE } from "./table-schema.ts";
import type { Column, ColumnType, TableSchema } from "./table-schema.ts";

/** The one module that owns Arrow: its ES module build loses type ids, its CommonJS build does not. */
const arrow: typeof Arrow = createRequire(import.meta.url)("apache-arrow");

/** Version of the layout, kept in the metadata of every table. */
export const FORMAT_VERSION = "1";

/** The Arrow schema of a table; `dimensions` is the length of its vectors, if it has any. */
export function arrowSchema(table: TableSchema, dimensions: number): Arrow.Schema {
  const fields = [...table.columns, ...PROVENANCE].map(
    ({ name, type, optional }) => new arrow.Field(name, arrowType(type, dimensions), optional),
  );
  return new arrow.Schema(fields, new Map([["megapairs.format", FORMAT_VERSION]]));
}

/** Turns checked rows into an Arrow table of one batch. */
export function arrowTable(
  table: TableSchema,
  rows: readonly Row[],
  dimensions: number,
): Arrow.Table {
  const schema = arrowSchema(table, dimensions);
  const columns: readonly Column[] = [...table.columns, ...PROVENANCE];
  const children = columns.map(({ name, type }) =>
    columnData(
      type,
      rows.map((row) => row[name]),
      dimensions,
    ),
  );
  const struct = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: rows.length,
    children,
  });
  return new arrow.Table([new arrow.RecordBatch(schema, struct)]);
}

/**
 * The rows of a batch as plain values; a null leaves its field out, `_rowid` is a bigint.
 * `RowType` is what the selected columns hold by the table's schema.
 */
export function decodeBatch<RowType>(batch: Arrow.RecordBatch): RowType[] {
  const cells = batch.schema.fields.flatMap(({ name }, index) => {
    const data = batch.data.children[index];
    return data === undefined ? [] : [{ name, read: cellReader(data) }];
  });
  return Array.from({ length: batch.numRows }, (_, row): RowType => {
    const fields: unknown[][] = [];
    for (const { name, read } of cells) {
      const value = read(row);
      if (value !== undefined) fields.push([name, value]);
    }
    return Object.fromEntries(fields);
  });
}

function arrowType(type: ColumnType, dimensions: number): Arrow.DataType {
  if (typeof type === "object") {
    if ("list" in type) return new arrow.List(itemField(arrowType(type.list, dimensions)));
    const fields = Object.entries(type.struct).map(
      ([name, child]) => new arrow.Field(name, arrowType(child, dimensions), false),
    );
    return new arrow.Struct(fields);
  }
  if (type === "vector") return vectorType(dimensions);
  return scalarType(type);
}

function vectorType(dimensions: number): Arrow.FixedSizeList<Arrow.Float32> {
  return new arrow.FixedSizeList(dimensions, itemField(new arrow.Float32()));
}

function scalarType(type: "string" | "int32" | "float64" | "binary"): Arrow.DataType {
  if (type === "string") return new arrow.Utf8();
  if (type === "binary") return new arrow.Binary();
  return type === "int32" ? new arrow.Int32() : new arrow.Float64();
}

function itemField<Type extends Arrow.DataType>(type: Type): Arrow.Field<Type> {
  return new arrow.Field("item", type, true);
}

function columnData(type: ColumnType, values: readonly unknown[], dimensions: number): Arrow.Data {
  const length = values.length;
  if (typeof type === "object") {
    return "list" in type
      ? listData(type.list, values, dimensions)
      : structData(type.struct, values, dimensions);
  }
  if (type === "string") {
    const encoded = values.map((value) =>
      typeof value === "string" ? Buffer.from(value) : undefined,
    );
    return arrow.makeData({ type: new arrow.Utf8(), length, ...variableLength(encoded) });
  }
  if (type === "binary") {
    const bytes = values.map((value) => (value instanceof Uint8Array ? value : undefined));
    return arrow.makeData({ type: new arrow.Binary(), length, ...variableLength(bytes) });
  }
  if (type === "int32") {
    const data = Int32Array.from(values, Number);
    return arrow.makeData({ type: new arrow.Int32(), length, nullCount: 0, data });
  }
  if (type === "float64") {
    const data = Float64Array.from(values, Number);
    return arrow.makeData({ type: new arrow.Float64(), length, nullCount: 0, data });
  }
  return vectorData(values, dimensions);
}

function listData(item: ColumnType, values: readonly unknown[], dimensions: number): Arrow.Data {
  const lists = values.map((value): readonly unknown[] => (Array.isArray(value) ? value : []));
  return arrow.makeData({
    type: new arrow.List(itemField(arrowType(item, dimensions))),
    length: lists.length,
    nullCount: 0,
    valueOffsets: offsetsOf(lists.map((list) => list.length)),
    child: columnData(item, lists.flat(), dimensions),
  });
}

function structData(
  fields: Readonly<Record<string, ColumnType>>,
  values: readonly unknown[],
  dimensions: number,
): Arrow.Data {
  const structs = values.filter(isRecord);
  const types = Object.entries(fields).map(
    ([name, type]) => new arrow.Field(name, arrowType(type, dimensions), false),
  );
  const children = Object.entries(fields).map(([name, type]) =>
    columnData(
      type,
      structs.map((struct) => struct[name]),
      dimensions,
    ),
  );
  const type = new arrow.Struct(types);
  return arrow.makeData({ type, length: structs.length, nullCount: 0, children });
}

function vectorData(values: readonly unknown[], dimensions: number): Arrow.Data {
  const data = new Float32Array(values.length * dimensions);
  for (const [row, vector] of values.entries()) {
    if (vector instanceof Float32Array) data.set(vector, row * dimensions);
  }
  const float32 = new arrow.Float32();
  const child = arrow.makeData({ type: float32, length: data.length, nullCount: 0, data });
  const type = vectorType(dimensions);
  return arrow.makeData({ type, length: values.length, nullCount: 0, child });
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  let end = 0;
  for (const [index, length] of lengths.entries()) offsets[index + 1] = end += length;
  return offsets;
}

function variableLength(chunks: readonly (Uint8Array | undefined)[]): {
  valueOffsets: Int32Array;
  data: Uint8Array;
  nullCount: number;
  nullBitmap: Uint8Array;
} {
  const valueOffsets = offsetsOf(chunks.map((chunk) => chunk?.byteLength ?? 0));
  const data = new Uint8Array(valueOffsets.at(-1) ?? 0);
  const nullBitmap = new Uint8Array(Math.ceil(chunks.length / 64) * 8);
  let nullCount = 0;
  for (const [index, chunk] of chunks.entries()) {
    if (chunk === undefined) {
      nullCount += 1;
      continue;
    }
    data.set(chunk, valueOffsets[index]);
    nullBitmap[index >> 3] = (nullBitmap[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return { valueOffsets, data, nullCount, nullBitmap };
}

type CellReader = (row: number) => unknown;

function cellReader(data: Arrow.Data): CellReader {
  const read = valueReader(data);
  return data.nullCount === 0 ? read : (row) => (data.getValid(row) ? read(row) : undefined);
}

function valueReader(data: Arrow.Data): CellReader {
  const { type, valueOffsets: offsets } = data;
  const [child] = data.children;
  if (arrow.DataType.isUtf8(type)) {
    const values: Uint8Array = data.values;
    const text = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    return (row) => text.toString("utf8", offsets[row], offsets[row + 1]);
  }
  if (arrow.DataType.isBinary(type)) {
    const values: Uint8Array = data.values;
    return (row) => values.slice(offsets[row], offsets[row + 1]);
  }
  if (arrow.DataType.isFixedSizeList(type)) {
    const values: Float32Array = child?.values;
    const size = type.listSize;
    return (row) => values.slice(row * size, (row + 1) * size);
  }
  if (arrow.DataType.isList(type) && child !== undefined) {
    const item = cellReader(child);
    return (row) => {
      const start = offsets[row] ?? 0;
      const length = (offsets[row + 1] ?? 0) - start;
      return Array.from({ length }, (_, index) => item(start + index));
    };
  }
  if (arrow.DataType.isStruct(type)) {
    const fields = type.children.flatMap(({ name }, index) => {
      const column = data.children[index];
      return column === undefined ? [] : [{ name, read: cellReader(column) }];
    });
    return (row) => Object.fromEntries(fields.map(({ name, read }) => [name, read(row)]));
  }
  const values: ArrayLike<number | bigint> = data.values;
  return (row) => values[row];
}
