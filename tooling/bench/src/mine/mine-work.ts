/** The work of all contenders: one self-join of one file. */
export interface MineWork {
  /** Raw float32, row-major `[rows, dimensions]`, rows of norm 1. */
  readonly vectors: string;
  readonly rows: number;
  readonly dimensions: number;
  /** Most neighbours of a row. */
  readonly k: number;
  /** Cosines of a neighbour, strictly inside. */
  readonly lower: number;
  readonly upper: number;
  readonly threads: number;
}

/** One pass of a contender, without reading the file and a small join to warm up. */
export interface MineMeasurement {
  /** By the clock on the wall. */
  readonly seconds: number;
  /** Of all threads of the process. */
  readonly cpuSeconds: number;
  /** Most memory the process ever had resident, the vectors included. */
  readonly peakMiB: number;
}

/** The rivals. Each pass runs in a process of its own. */
export const MINERS = ["megapairs", "plain", "gemm", "faiss"] as const;

/** One of {@link MINERS}. */
export type MinerName = (typeof MINERS)[number];
