import { sharedFloats } from "../join/shared-floats.ts";
import type { VectorStore } from "../join/vector-store.ts";
import { groupRows } from "./assign-rows.ts";
import type { GemmPool } from "./gemm-pool.ts";
import { nearestColumns } from "./nearest-columns.ts";
import type { RowList } from "./row-lists.ts";
import { sampleRows } from "./sample-rows.ts";
import { sphericalKMeans } from "./spherical-k-means.ts";

/** Options of {@link splitList}. */
export interface SplitListOptions {
  readonly store: VectorStore;
  readonly pool: GemmPool;
  readonly seed: number;
  /** Rows that parts are to have; four times that is the most. */
  readonly size: number;
}

/** Splits a long list by k-means, and what is still too long, copies mostly, in order of its rows. */
export async function splitList(
  { rows }: RowList,
  { store, pool, seed, size }: SplitListOptions,
): Promise<RowList[]> {
  const { dimensions } = store;
  const count = Math.ceil(rows.length / size);
  const sample = sampleRows(rows.length, 32 * count, seed).map((place) => rows[place]!);
  const points = sharedFloats(sample.length * dimensions);
  await store.load({ rows: sample, into: points });
  let centres: Float32Array = new Float32Array();
  await pool.each([0], async (gemm) => {
    centres = await sphericalKMeans({ points, dimensions, count, seed, gemm });
  });
  const columns = centres.length / dimensions;
  const centreOf = new Int32Array(rows.length);
  const step = Math.max(1, Math.min(4096, Math.floor(2 ** 24 / columns)));
  const starts = Array.from({ length: Math.ceil(rows.length / step) }, (_, block) => block * step);
  await pool.each(starts, async (gemm, start) => {
    const part = rows.subarray(start, start + step);
    const left = sharedFloats(part.length * dimensions);
    await store.load({ rows: part, into: left });
    const scores = sharedFloats(part.length * columns);
    await gemm.multiply({ left, right: centres, dimensions, scores });
    nearestColumns(scores, columns, centreOf.subarray(start, start + part.length));
  });
  const parts: RowList[] = [];
  for (const [group, places] of groupRows(centreOf, columns).entries()) {
    const centre = centres.subarray(group * dimensions, (group + 1) * dimensions);
    const pieceSize = places.length <= 4 * size ? places.length : size;
    for (let start = 0; start < places.length; start += pieceSize) {
      const piece = places.subarray(start, start + pieceSize).map((place) => rows[place]!);
      parts.push({ rows: piece, centre });
    }
  }
  return parts;
}
