import type { Gemm } from "../join/gemm.ts";
import { sharedFloats } from "../join/shared-floats.ts";
import { nearestColumns } from "./nearest-columns.ts";
import { sampleRows } from "./sample-rows.ts";

/** What {@link sphericalKMeans} divides. */
export interface SphericalKMeansOptions {
  /** Unit vectors, row-major over shared memory. */
  readonly points: Float32Array;
  readonly dimensions: number;
  /** Centres wanted. */
  readonly count: number;
  readonly seed: number;
  readonly gemm: Gemm;
}

/**
 * Centres of norm 1 by Lloyd's algorithm on the sphere, from points drawn by the seed, `[count,
 * dimensions]`; no more of them than points. A centre that loses all its points stays where it is.
 */
export async function sphericalKMeans(options: SphericalKMeansOptions): Promise<Float32Array> {
  const { points, dimensions, seed, gemm } = options;
  const rows = points.length / dimensions;
  const count = Math.min(options.count, rows);
  const centres = sharedFloats(count * dimensions);
  for (const [centre, row] of sampleRows(rows, count, seed).entries()) {
    centres.set(points.subarray(row * dimensions, (row + 1) * dimensions), centre * dimensions);
  }
  if (count === rows || count === 1)
    return count === 1 ? meanOf(points, dimensions, centres) : centres;
  const nearest = new Int32Array(rows);
  const scores = sharedFloats(Math.min(rows, ROWS_PER_PRODUCT) * count);
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) {
    for (let start = 0; start < rows; start += ROWS_PER_PRODUCT) {
      const end = Math.min(start + ROWS_PER_PRODUCT, rows);
      const block = scores.subarray(0, (end - start) * count);
      const left = points.subarray(start * dimensions, end * dimensions);
      await gemm.multiply({ left, right: centres, dimensions, scores: block });
      nearestColumns(block, count, nearest.subarray(start, end));
    }
    moveCentres(points, nearest, centres, dimensions);
  }
  return centres;
}

const ITERATIONS = 8;
const ROWS_PER_PRODUCT = 4096;

function meanOf(points: Float32Array, dimensions: number, centres: Float32Array): Float32Array {
  moveCentres(points, new Int32Array(points.length / dimensions), centres, dimensions);
  return centres;
}

function moveCentres(
  points: Float32Array,
  nearest: Int32Array,
  centres: Float32Array,
  dimensions: number,
): void {
  const sums = new Float64Array(centres.length);
  for (let row = 0; row < nearest.length; row += 1) {
    const from = row * dimensions;
    const to = nearest[row]! * dimensions;
    for (let column = 0; column < dimensions; column += 1) {
      sums[to + column] = sums[to + column]! + points[from + column]!;
    }
  }
  for (let start = 0; start < sums.length; start += dimensions) {
    const sum = sums.subarray(start, start + dimensions);
    const norm = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
    if (norm === 0) continue;
    for (let column = 0; column < dimensions; column += 1) {
      centres[start + column] = sum[column]! / norm;
    }
  }
}
