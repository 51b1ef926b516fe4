/** The work of all contenders: the best of one gallery for some queries. */
export interface RankWork {
  /** Raw float32, row-major `[rows, dimensions]`, rows of norm 1. */
  readonly vectors: string;
  /** Candidates. */
  readonly rows: number;
  /** Rows of the gallery, evenly spaced, with every second value negated: no query finds itself. */
  readonly queries: number;
  readonly dimensions: number;
  /** Candidates of a ranking. */
  readonly k: number;
  readonly threads: number;
}

/** The rivals. Each pass runs in a process of its own. */
export const RANKERS = ["megapairs", "gemm", "faiss"] as const;

/** One of {@link RANKERS}. */
export type RankerName = (typeof RANKERS)[number];
