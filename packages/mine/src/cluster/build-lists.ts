import { deriveSeed } from "../derive-seed.ts";
import type { Gemm } from "../join/gemm.ts";
import { sharedFloats } from "../join/shared-floats.ts";
import type { VectorStore } from "../join/vector-store.ts";
import { assignRows } from "./assign-rows.ts";
import type { GemmPool } from "./gemm-pool.ts";
import { nearestColumns } from "./nearest-columns.ts";
import { joinLists } from "./row-lists.ts";
import type { RowList, RowLists } from "./row-lists.ts";
import { sampleRows } from "./sample-rows.ts";
import { sphericalKMeans } from "./spherical-k-means.ts";
import { splitList } from "./split-list.ts";

/** Options of {@link buildLists}. */
export interface BuildListsOptions {
  readonly store: VectorStore;
  readonly pool: GemmPool;
  readonly seed: number;
}

/** Centres in two levels. */
export interface CentreTree {
  /** `[cells, dimensions]` */
  readonly cells: Float32Array;
  /** Where the centres of each cell begin; one more entry than there are cells. */
  readonly starts: Int32Array;
  /** `[centres, dimensions]`, cell by cell. */
  readonly centres: Float32Array;
}

/**
 * Sorts all rows into about `4 √rows` lists by k-means on a sample, in two levels, so that it takes
 * little beside the join. Lists of more than four times the mean are split, if need be into pieces
 * with the same centre: no list is long, however skewed the corpus. Deterministic for vectors and
 * seed on processors whose GEMM gives the same bits.
 */
export async function buildLists(options: BuildListsOptions): Promise<RowLists> {
  const { store, pool, seed } = options;
  const rowCount = store.ids.length;
  const wanted = Math.max(1, Math.round(4 * Math.sqrt(rowCount)));
  const tree = await plantTree(options, wanted);
  const assigned = await assignRows({ store, pool, tree });
  const longest = Math.ceil((4 * rowCount) / wanted);
  const lists: RowList[] = [];
  for (const [list, rows] of assigned.entries()) {
    if (rows.length === 0) continue;
    const centre = centreAt(tree.centres, list, store.dimensions);
    if (rows.length <= longest) lists.push({ rows, centre });
    else {
      const size = Math.ceil(longest / 4);
      const splitSeed = deriveSeed(seed, "split", String(list));
      lists.push(...(await splitList({ rows, centre }, { store, pool, seed: splitSeed, size })));
    }
  }
  return joinLists(lists, rowCount, sharedFloats(lists.length * store.dimensions));
}

/** Points of the sample for each list. */
const SAMPLE_PER_LIST = 32;
/** Points for each cell. */
const SAMPLE_PER_CELL = 256;

async function plantTree(
  { store, pool, seed }: BuildListsOptions,
  wanted: number,
): Promise<CentreTree> {
  const { dimensions } = store;
  const rowCount = store.ids.length;
  const sample = sampleRows(rowCount, SAMPLE_PER_LIST * wanted, deriveSeed(seed, "sample"));
  const points = sharedFloats(sample.length * dimensions);
  await store.load({ rows: sample, into: points });
  const cellCount = Math.max(1, Math.round(Math.sqrt(wanted)));

  let cells: Float32Array = new Float32Array();
  const members: number[][] = [];
  await pool.each([0], async (gemm) => {
    const few = sampleRows(sample.length, SAMPLE_PER_CELL * cellCount, deriveSeed(seed, "cells"));
    cells = await sphericalKMeans({
      points: takeRows(points, few, dimensions),
      dimensions,
      count: cellCount,
      seed: deriveSeed(seed, "first cells"),
      gemm,
    });
    members.push(...(await membersOf(points, cells, dimensions, gemm)));
  });

  const branches: Float32Array[] = [];
  await pool.each(members.entries(), async (gemm, [cell, places]) => {
    const share = places.length / sample.length;
    branches[cell] =
      places.length === 0
        ? cells.slice(cell * dimensions, (cell + 1) * dimensions)
        : await sphericalKMeans({
            points: takeRows(points, Int32Array.from(places), dimensions),
            dimensions,
            count: Math.max(1, Math.round(wanted * share)),
            seed: deriveSeed(seed, "lists", String(cell)),
            gemm,
          });
  });
  const starts = new Int32Array(branches.length + 1);
  for (const [cell, branch] of branches.entries()) {
    starts[cell + 1] = starts[cell]! + branch.length / dimensions;
  }
  const centres = sharedFloats(starts.at(-1)! * dimensions);
  for (const [cell, branch] of branches.entries()) centres.set(branch, starts[cell]! * dimensions);
  return { cells, starts, centres };
}

async function membersOf(
  points: Float32Array,
  cells: Float32Array,
  dimensions: number,
  gemm: Gemm,
): Promise<number[][]> {
  const rows = points.length / dimensions;
  const cellCount = cells.length / dimensions;
  const members: number[][] = Array.from({ length: cellCount }, () => []);
  const step = 4096;
  const scores = sharedFloats(step * cellCount);
  const nearest = new Int32Array(step);
  for (let start = 0; start < rows; start += step) {
    const end = Math.min(start + step, rows);
    const block = scores.subarray(0, (end - start) * cellCount);
    const left = points.subarray(start * dimensions, end * dimensions);
    await gemm.multiply({ left, right: cells, dimensions, scores: block });
    const found = nearest.subarray(0, end - start);
    nearestColumns(block, cellCount, found);
    for (const [place, cell] of found.entries()) members[cell]!.push(start + place);
  }
  return members;
}

function takeRows(points: Float32Array, rows: Int32Array, dimensions: number): Float32Array {
  const taken = sharedFloats(rows.length * dimensions);
  for (const [place, row] of rows.entries()) {
    taken.set(points.subarray(row * dimensions, (row + 1) * dimensions), place * dimensions);
  }
  return taken;
}

function centreAt(centres: Float32Array, list: number, dimensions: number): Float32Array {
  return centres.subarray(list * dimensions, (list + 1) * dimensions);
}
