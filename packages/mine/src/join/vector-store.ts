import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingMatrix, VectorSource } from "@megapairs/spec";
import { checkDimensions, checkIds, checkRows } from "../check-matrix.ts";
import type { RowRange } from "../plan-tiles.ts";
import { gatherRows } from "./gather-rows.ts";
import type { Gather } from "./sieve-messages.ts";
import { widenHalves } from "./widen-halves.ts";

/** Checked vectors for threads: in memory that they share, or read as they are needed. */
export interface VectorStore {
  readonly ids: readonly string[];
  readonly dimensions: number;
  /** All vectors by row over a SharedArrayBuffer, if they are in memory: float32 or float16's bits. */
  readonly resident: Float32Array | Uint16Array | undefined;
  /** How it reads them. */
  readonly dataType: VectorSource["dataType"];
  /** Rows are positions, see `SieveSettings.rowAt`; they are matrix rows otherwise. */
  readonly isByPosition?: boolean | undefined;
  /** Rows as they are stored. */
  read(rows: RowRange): Promise<Float32Array | Uint16Array>;
  /** Copies rows side by side into float32. */
  load(gather: Gather): Promise<void>;
}

/** Options of {@link openVectorStore}. */
export interface OpenVectorStoreOptions {
  readonly vectors: EmbeddingMatrix | VectorSource;
  /** A source that takes no more is read into memory once; a larger one again and again. */
  readonly memoryBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks all ids and vectors and makes them available to threads. A matrix over a SharedArrayBuffer
 * stays where it is, another one is copied.
 *
 * Rejects as {@link checkMatrix} throws, at the first row at fault.
 */
export async function openVectorStore(options: OpenVectorStoreOptions): Promise<VectorStore> {
  const source = asSource(options.vectors);
  const { ids, dimensions, dataType } = source;
  checkDimensions(dimensions);
  checkIds(ids);
  const values = ids.length * dimensions;
  const bytes = values * (dataType === "float32" ? 4 : 2);
  const given = "vectors" in options.vectors ? options.vectors.vectors : undefined;
  const isShared = given?.buffer instanceof SharedArrayBuffer && given.length === values;
  const copy = isShared || bytes > options.memoryBytes ? undefined : allocate(dataType, values);
  const step = Math.max(1, Math.floor(VALUES_PER_READ / dimensions));
  for (let start = 0; start < ids.length; start += step) {
    options.signal?.throwIfAborted();
    const end = Math.min(start + step, ids.length);
    const rows = await readRows(source, { start, end });
    checkRows(ids, start, dimensions, widened(rows));
    copy?.set(rows, start * dimensions);
  }
  const resident = isShared ? given : copy;
  return {
    ids,
    dimensions,
    resident,
    dataType,
    read: (rows) => readRows(source, rows),
    async load({ rows, into }) {
      if (resident === undefined) await loadRows(source, { rows, into });
      else gatherRows({ resident, rows, rowAt: undefined, dimensions, into });
    },
  };
}

/** Numbers that are read at a time to be checked. */
const VALUES_PER_READ = 2 ** 22;

function asSource(vectors: EmbeddingMatrix | VectorSource): VectorSource {
  if ("read" in vectors) return vectors;
  const { ids, dimensions, vectors: values } = vectors;
  if (values.length !== ids.length * dimensions) {
    throw new MegaPairsError(
      "invalid-argument",
      `The matrix holds ${values.length} values; expected ${ids.length} ids x ${dimensions} dimensions = ${ids.length * dimensions}.`,
    );
  }
  return {
    ids,
    dimensions,
    dataType: "float32",
    read: async (start, end) => values.subarray(start * dimensions, end * dimensions),
  };
}

function allocate(dataType: VectorSource["dataType"], values: number): Float32Array | Uint16Array {
  return dataType === "float32"
    ? new Float32Array(new SharedArrayBuffer(4 * values))
    : new Uint16Array(new SharedArrayBuffer(2 * values));
}

/** Copies rows of a source side by side into float32. */
export async function loadRows(source: RowSource, { rows, into }: Gather): Promise<void> {
  const { dimensions } = source;
  if (!(rows instanceof Int32Array)) {
    into.set(widened(await readRows(source, rows)));
    return;
  }
  for (let first = 0; first < rows.length;) {
    let last = first;
    while (last + 1 < rows.length && isNext(rows[last]!, rows[last + 1]!)) last += 1;
    const start = rows[first]!;
    const read = widened(await readRows(source, { start, end: rows[last]! + 1 }));
    for (let place = first; place <= last; place += 1) {
      const at = (rows[place]! - start) * dimensions;
      into.set(read.subarray(at, at + dimensions), place * dimensions);
    }
    first = last + 1;
  }
}

function isNext(row: number, other: number): boolean {
  return other > row && other - row <= GAP;
}

/** Rows that are read in vain rather than to begin a read of its own. */
const GAP = 8;

/** What rows are read from. */
export type RowSource = Pick<VectorSource, "dimensions" | "dataType" | "read">;

async function readRows(
  source: RowSource,
  { start, end }: RowRange,
): Promise<Float32Array | Uint16Array> {
  const rows = await source.read(start, end);
  const expected = (end - start) * source.dimensions;
  const isKind = rows instanceof (source.dataType === "float32" ? Float32Array : Uint16Array);
  if (isKind && rows.length === expected) return rows;
  throw new MegaPairsError(
    "invalid-output",
    `Rows ${start}..${end} were read as ${rows.length} values of a ${rows.constructor.name}; expected ${expected} of ${source.dataType}.`,
  );
}

function widened(rows: Float32Array | Uint16Array): Float32Array {
  if (rows instanceof Float32Array) return rows;
  const floats = new Float32Array(rows.length);
  widenHalves(rows, floats);
  return floats;
}
