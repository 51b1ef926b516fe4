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

/** The rivals. Each pass runs in a process of its own. */
export const MINERS = ["megapairs", "plain", "gemm", "faiss"] as const;

/** One of {@link MINERS}. */
export type MinerName = (typeof MINERS)[number];
