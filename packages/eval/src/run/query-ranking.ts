/** What a model ranked for one query. */
export interface QueryRanking {
  /** Candidate ids, best first: as deep as the benchmark looks, then what is left of the query's subset. */
  readonly ids: readonly string[];
  /** Scores of `ids`. */
  readonly scores: readonly number[];
  /** One for each of the query's own candidates, in their order; undefined where a gallery is ranked. */
  readonly similarities: Float32Array | undefined;
}

/** Rankings by query id. */
export type QueryRankings = ReadonlyMap<string, QueryRanking>;
