import { exactScore } from "./exact-score.ts";

/** Options of {@link scoreRows}. */
export interface ScoreRowsOptions {
  /** Row-major float32 `[queries, dimensions]`. */
  readonly queries: Float32Array;
  readonly query: number;
  /** Row-major float32 `[rows, dimensions]`. */
  readonly gallery: Float32Array;
  readonly dimensions: number;
  /** The query's own candidates: rows of the gallery, any number of times. */
  readonly rows: ArrayLike<number>;
}

/** The exact score of a query with each of the rows, in their order. */
export function scoreRows({
  queries,
  query,
  gallery,
  dimensions,
  rows,
}: ScoreRowsOptions): Float32Array {
  const scores = new Float32Array(rows.length);
  for (let place = 0; place < rows.length; place += 1) {
    scores[place] = exactScore(queries, query, gallery, rows[place]!, dimensions);
  }
  return scores;
}

/** Places by descending score; equal ones by ascending `tie`. */
export function orderOf(scores: ArrayLike<number>, tie: (place: number) => number): number[] {
  return Array.from({ length: scores.length }, (_, place) => place).toSorted(
    (one, other) => scores[other]! - scores[one]! || tie(one) - tie(other),
  );
}
