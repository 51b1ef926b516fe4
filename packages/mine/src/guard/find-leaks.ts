import { setImmediate as nextTurn } from "node:timers/promises";
import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingMatrix, VectorSource } from "@megapairs/spec";
import { checkCounts } from "../check-count.ts";
import { checkMatrix } from "../check-matrix.ts";
import { clampScore } from "../exact-scores.ts";
import { readRows } from "../join/read-rows.ts";
import type { ScoreEstimate } from "../score-estimate.ts";
import { multiplyTiles } from "../tile-product.ts";

/** An image of a corpus that an evaluation set has too, or almost. */
export interface Leak {
  readonly imageId: string;
  /** The most similar image of the evaluation set; of equals the one of the lowest id. */
  readonly evaluationId: string;
  /** Cosine, in [-1, 1]. */
  readonly score: number;
}

/** How far {@link findLeaks} is. */
export interface LeakProgress {
  readonly completedTiles: number;
  readonly totalTiles: number;
}

/** Options of {@link findLeaks}. */
export interface FindLeaksOptions {
  /** The corpus that pairs are mined from. */
  readonly matrix: EmbeddingMatrix | VectorSource;
  /** Images of an evaluation set, by the same encoder. Read once for each tile of the corpus. */
  readonly evaluation: EmbeddingMatrix | VectorSource;
  /** Images of this cosine and over are the same picture: the upper bound of a band. */
  readonly threshold: number;
  /** Rows of either matrix in a tile: 256 by default, 1024 with an `estimate`. */
  readonly tileRows?: number | undefined;
  /** As of `selfJoin`: a faster way to the same result. */
  readonly estimate?: ScoreEstimate | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each tile. */
  readonly onProgress?: ((progress: LeakProgress) => void) | undefined;
}

/**
 * Compares every image of a corpus with every image of an evaluation set, exactly: what a model was
 * trained on it must not be asked about. One entry for each image of the corpus with a cosine at the
 * threshold or over, by ascending id.
 *
 * Rejects with `invalid-argument` on matrices that `checkMatrix` refuses or of different dimensions,
 * and on a threshold that is no cosine.
 */
export async function findLeaks(options: FindLeaksOptions): Promise<Leak[]> {
  const { matrix, evaluation, threshold, estimate, signal, onProgress } = options;
  const { tileRows = estimate === undefined ? 256 : 1024 } = options;
  for (const vectors of [matrix, evaluation]) if ("vectors" in vectors) checkMatrix(vectors);
  checkCounts({ tileRows }, 1);
  checkFit(options);
  const { dimensions } = matrix;
  const product = estimate?.product ?? multiplyTiles;
  const least = threshold - (estimate?.tolerance(dimensions) ?? 0);
  const best = new Map<number, { readonly row: number; readonly score: number }>();
  const [rows, others] = [matrix.ids.length, evaluation.ids.length];
  const totalTiles = Math.ceil(rows / tileRows) * Math.ceil(others / tileRows);
  let completedTiles = 0;
  for (let top = 0; top < rows; top += tileRows) {
    const left = await readRows(matrix, top, Math.min(top + tileRows, rows));
    for (let start = 0; start < others; start += tileRows) {
      const right = await readRows(evaluation, start, Math.min(start + tileRows, others));
      const width = right.length / dimensions;
      const scores = await product(left, left.length / dimensions, right, width, dimensions);
      for (let place = 0; place < scores.length; place += 1) {
        if (scores[place]! < least) continue;
        const [leftRow, rightRow] = [Math.floor(place / width), place % width];
        const [image, row] = [top + leftRow, start + rightRow];
        const score = exactScore(
          left.subarray(leftRow * dimensions, (leftRow + 1) * dimensions),
          right.subarray(rightRow * dimensions, (rightRow + 1) * dimensions),
        );
        if (score < threshold || score <= (best.get(image)?.score ?? -Infinity)) continue;
        best.set(image, { row, score });
      }
      completedTiles += 1;
      onProgress?.({ completedTiles, totalTiles });
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
  return [...best]
    .toSorted(([first], [second]) => first - second)
    .map(([image, { row, score }]) => ({
      imageId: matrix.ids[image]!,
      evaluationId: evaluation.ids[row]!,
      score,
    }));
}

/** With the bits of {@link multiplyTiles}. */
function exactScore(first: Float32Array, second: Float32Array): number {
  let sum = 0;
  for (let column = 0; column < first.length; column += 1) sum += first[column]! * second[column]!;
  return clampScore(Math.fround(sum));
}

function checkFit({ matrix, evaluation, threshold }: FindLeaksOptions): void {
  if (!(threshold > -1 && threshold <= 1)) {
    throw new MegaPairsError(
      "invalid-argument",
      `The threshold is ${threshold}; expected a cosine over -1.`,
    );
  }
  if (matrix.dimensions === evaluation.dimensions || evaluation.ids.length === 0) return;
  throw new MegaPairsError(
    "invalid-argument",
    `The evaluation vectors have ${evaluation.dimensions} dimensions, the corpus ${matrix.dimensions}; expected those of one encoder.`,
  );
}
