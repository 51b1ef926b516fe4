import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { Tower } from "@megapairs/towers";
import type { TrainingBatch } from "../data/training-batch.ts";

/** Most of everything in one batch: graphs have fixed shapes, what a batch has less is padding. */
export interface BatchCapacity {
  /** Queries: exactly so many. */
  readonly queries: number;
  readonly candidates: number;
  /** Rows of each tower by its name. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Where the rows of features of each tower lie, padding included. */
export interface FeatureLayout {
  readonly towers: readonly {
    readonly name: string;
    readonly start: number;
    readonly rows: number;
  }[];
  /** All rows. */
  readonly rows: number;
}

/** Added to the logits of what is no negative: after the exponential nothing of it is left. */
const EXCLUDED = -1e9;

/** Lays out `rows` of each tower, in the towers' order. */
export function layOutFeatures(
  towers: readonly Tower[],
  rows: Readonly<Record<string, number>>,
): FeatureLayout {
  let start = 0;
  const places = towers.map(({ name }) => {
    const count = rows[name] ?? 0;
    const place = { name, start, rows: count };
    start += count;
    return place;
  });
  return { towers: places, rows: start };
}

/**
 * The inputs of the loss for a batch, by name, padded to what the graph takes. Throws
 * `invalid-argument` where the batch exceeds its capacity.
 */
export function lossFeeds(
  batch: TrainingBatch,
  layout: FeatureLayout,
  capacity: BatchCapacity,
  direction: "query-to-candidate" | "both",
): Record<string, OnnxTensor> {
  const { queries, candidates } = capacity;
  const found = { queries: batch.positives.length, candidates: batch.candidates.length };
  if (found.queries !== queries || found.candidates > candidates) {
    throw new MegaPairsError(
      "invalid-argument",
      `a batch has ${found.queries} queries and ${found.candidates} candidates, expected ${queries} and at most ${candidates}`,
    );
  }
  const place = placeRows(batch, layout);
  const candidateRows = new BigInt64Array(candidates).fill(BigInt(place(batch.candidates[0] ?? 0)));
  batch.candidates.forEach((row, at) => (candidateRows[at] = BigInt(place(row))));
  const excluded = new Float32Array(queries * candidates).fill(EXCLUDED);
  for (let query = 0; query < queries; query += 1) {
    for (let at = 0; at < found.candidates; at += 1) {
      if (batch.excluded[query * found.candidates + at] === 0)
        excluded[query * candidates + at] = 0;
    }
  }
  return {
    query_rows: createOnnxTensor(
      "int64",
      BigInt64Array.from(batch.queries, (row) => BigInt(place(row))),
      [queries, 2],
    ),
    candidate_rows: createOnnxTensor("int64", candidateRows),
    positives: createOnnxTensor("int64", BigInt64Array.from(batch.positives, BigInt)),
    excluded: createOnnxTensor("float32", excluded, [queries, candidates]),
    ...(direction === "both" && { excluded_queries: excludedQueries(batch.positives) }),
  };
}

/** A row of the batch to its row in the layout; -1 to the row of zeros behind the last. */
function placeRows({ rows }: TrainingBatch, layout: FeatureLayout): (row: number) => number {
  const shifts: number[] = [];
  for (const { name, start, rows: most } of layout.towers) {
    const count = rows[name] ?? 0;
    if (count > most) {
      throw new MegaPairsError(
        "invalid-argument",
        `a batch has ${count} rows for the ${name} tower, expected at most ${most}`,
      );
    }
    const first = shifts.length;
    for (let row = 0; row < count; row += 1) shifts.push(start - first);
  }
  return (row) => (row < 0 ? layout.rows : row + (shifts[row] ?? 0));
}

/** Queries that share a positive are no negatives of it. */
function excludedQueries(positives: Int32Array): OnnxTensor {
  const count = positives.length;
  const data = new Float32Array(count * count);
  for (let positive = 0; positive < count; positive += 1) {
    for (let query = 0; query < count; query += 1) {
      const isOther = query !== positive && positives[query] === positives[positive];
      if (isOther) data[positive * count + query] = EXCLUDED;
    }
  }
  return createOnnxTensor("float32", data, [count, count]);
}
