import { sharedFloats } from "../join/shared-floats.ts";
import type { GemmPool } from "./gemm-pool.ts";
import type { RowLists } from "./row-lists.ts";

/** Options of {@link nearLists}. */
export interface NearListsOptions {
  readonly lists: RowLists;
  readonly dimensions: number;
  readonly pool: GemmPool;
  /** Lists for each. */
  readonly most: number;
}

/**
 * For each list the others whose centres are nearest to its own, by cosine, equal ones in ascending
 * order: those that its rows may look into.
 */
export async function nearLists(options: NearListsOptions): Promise<readonly Int32Array[]> {
  const { lists, dimensions, pool } = options;
  const { centres } = lists;
  const count = lists.starts.length - 1;
  const most = Math.min(options.most, count - 1);
  const near: Int32Array[] = Array.from({ length: count });
  const blocks = Array.from({ length: Math.ceil(count / LISTS_PER_BLOCK) }, (_, block) => block);
  await pool.each(blocks, async (gemm, block) => {
    const start = block * LISTS_PER_BLOCK;
    const end = Math.min(start + LISTS_PER_BLOCK, count);
    const left = centres.subarray(start * dimensions, end * dimensions);
    const scores = sharedFloats((end - start) * count);
    await gemm.multiply({ left, right: centres, dimensions, scores });
    for (let list = start; list < end; list += 1) {
      const row = scores.subarray((list - start) * count, (list - start + 1) * count);
      row[list] = -Infinity;
      near[list] = highest(row, most);
    }
  });
  return near;
}

const LISTS_PER_BLOCK = 256;

/** Places of the highest values, best first. */
function highest(values: Float32Array, count: number): Int32Array {
  const floor = values.toSorted()[values.length - count] ?? Infinity;
  const places: number[] = [];
  for (const [place, value] of values.entries()) if (value >= floor) places.push(place);
  places.sort((first, second) => values[second]! - values[first]! || first - second);
  return Int32Array.from(places.slice(0, count));
}
