import { sharedFloats } from "../join/shared-floats.ts";
import type { VectorStore } from "../join/vector-store.ts";
import type { CentreTree } from "./build-lists.ts";
import type { GemmPool } from "./gemm-pool.ts";
import { nearestColumns } from "./nearest-columns.ts";

/** Options of {@link assignRows}. */
export interface AssignRowsOptions {
  readonly store: VectorStore;
  readonly pool: GemmPool;
  readonly tree: CentreTree;
}

/**
 * Rows by centre: of the centres of its nearest cell, each row's nearest. Ascending, and none for a
 * centre that nothing is nearest to. Reads the vectors once, in order.
 */
export async function assignRows({ store, pool, tree }: AssignRowsOptions): Promise<Int32Array[]> {
  const { dimensions } = store;
  const rowCount = store.ids.length;
  const centreOf = new Int32Array(rowCount);
  await pool.each(blocksOf(rowCount), async (gemm, { start, end }) => {
    const count = end - start;
    const block = sharedFloats(count * dimensions);
    await store.load({ rows: { start, end }, into: block });
    const cellCount = tree.cells.length / dimensions;
    const scores = sharedFloats(count * cellCount);
    await gemm.multiply({ left: block, right: tree.cells, dimensions, scores });
    const cellOf = new Int32Array(count);
    nearestColumns(scores, cellCount, cellOf);

    const { places, starts } = sortByCell(cellOf, cellCount);
    const sorted = sharedFloats(count * dimensions);
    for (const [to, place] of places.entries()) {
      sorted.set(block.subarray(place * dimensions, (place + 1) * dimensions), to * dimensions);
    }
    const products = [];
    for (let cell = 0; cell < cellCount; cell += 1) {
      const [first, last] = [starts[cell]!, starts[cell + 1]!];
      if (first === last) continue;
      const [firstCentre, lastCentre] = [tree.starts[cell]!, tree.starts[cell + 1]!];
      const centreCount = lastCentre - firstCentre;
      const operands = {
        left: sorted.subarray(first * dimensions, last * dimensions),
        right: tree.centres.subarray(firstCentre * dimensions, lastCentre * dimensions),
        dimensions,
        scores: sharedFloats((last - first) * centreCount),
      };
      products.push({ operands, first, last, firstCentre, centreCount });
    }
    await gemm.multiplyEach(products.map(({ operands }) => operands));
    const nearest = new Int32Array(count);
    for (const { operands, first, last, firstCentre, centreCount } of products) {
      const found = nearest.subarray(first, last);
      nearestColumns(operands.scores, centreCount, found);
      for (const [offset, column] of found.entries()) {
        centreOf[start + places[first + offset]!] = firstCentre + column;
      }
    }
  });
  return groupRows(centreOf, tree.centres.length / dimensions);
}

const ROWS_PER_BLOCK = 8192;

function* blocksOf(rowCount: number): Generator<{ start: number; end: number }> {
  for (let start = 0; start < rowCount; start += ROWS_PER_BLOCK) {
    yield { start, end: Math.min(start + ROWS_PER_BLOCK, rowCount) };
  }
}

/** Places of a block, cell by cell. */
function sortByCell(
  cellOf: Int32Array,
  cellCount: number,
): { readonly places: Int32Array; readonly starts: Int32Array } {
  const starts = new Int32Array(cellCount + 1);
  for (const cell of cellOf) starts[cell + 1] = starts[cell + 1]! + 1;
  for (let cell = 0; cell < cellCount; cell += 1)
    starts[cell + 1] = starts[cell + 1]! + starts[cell]!;
  const next = starts.slice();
  const places = new Int32Array(cellOf.length);
  for (const [place, cell] of cellOf.entries()) {
    places[next[cell]!] = place;
    next[cell] = next[cell]! + 1;
  }
  return { places, starts };
}

/** The rows of each group, ascending. */
export function groupRows(groupOf: Int32Array, groupCount: number): Int32Array[] {
  const { places, starts } = sortByCell(groupOf, groupCount);
  return Array.from({ length: groupCount }, (_, group) =>
    places.subarray(starts[group], starts[group + 1]),
  );
}
