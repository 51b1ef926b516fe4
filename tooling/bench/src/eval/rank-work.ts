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

/** One pass of a contender, without reading the file and a small ranking to warm up. */
export interface RankMeasurement {
  /** By the clock on the wall. */
  readonly seconds: number;
  /** Of all threads of the process. */
  readonly cpuSeconds: number;
  /** Most memory the process ever had resident, the vectors included. */
  readonly peakMiB: number;
}

/** The rivals. Each pass runs in a process of its own. */
export const RANKERS = ["megapairs", "gemm", "faiss"] as const;

/** One of {@link RANKERS}. */
export type RankerName = (typeof RANKERS)[number];
