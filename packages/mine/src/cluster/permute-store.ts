import type { VectorScratch } from "@megapairs/spec";
import { loadRows } from "../join/vector-store.ts";
import type { VectorStore } from "../join/vector-store.ts";
import type { RowLists } from "./row-lists.ts";

/** Vectors in the order of lists. */
export interface PermutedStore {
  readonly store: VectorStore;
  close(): Promise<void>;
}

/** Puts vectors that are not in memory into a scratch, list by list: what is read together lies together. */
export async function permuteStore(
  store: VectorStore,
  { rowAt }: RowLists,
  scratch: VectorScratch,
): Promise<PermutedStore> {
  const { ids, dimensions, dataType } = store;
  const positionOf = new Int32Array(rowAt.length);
  for (const [position, row] of rowAt.entries()) positionOf[row] = position;
  const vectors = await scratch.open({ rows: ids.length, dimensions, dataType });
  try {
    for (let start = 0; start < ids.length; start += ROWS_PER_READ) {
      const end = Math.min(start + ROWS_PER_READ, ids.length);
      const rows = await store.read({ start, end });
      const writes: Promise<void>[] = [];
      for (let row = start; row < end; row += 1) {
        const at = (row - start) * dimensions;
        writes.push(vectors.write(positionOf[row]!, rows.subarray(at, at + dimensions)));
      }
      await Promise.all(writes);
    }
  } catch (error) {
    await vectors.close();
    throw error;
  }
  const source = { dimensions, dataType, read: vectors.read.bind(vectors) };
  return {
    store: {
      ids,
      dimensions,
      dataType,
      resident: undefined,
      isByPosition: true,
      read: ({ start, end }) => vectors.read(start, end),
      load: (gather) => loadRows(source, gather),
    },
    close: () => vectors.close(),
  };
}

const ROWS_PER_READ = 1024;
