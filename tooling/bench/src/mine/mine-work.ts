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
  /** Share of the neighbours in the band that an approximate contender is to find. */
  readonly recall: number;
  /** The first rows, whose lists are compared. */
  readonly judged: number;
  /** Raw int32 `[judged, k]`: their neighbours by the exact join, -1 where there are fewer. */
  readonly truth: string;
  /** Rows that peers ask for the neighbours of, the first; ours join all. */
  readonly peerQueries: number;
}

/** The rivals. Each pass runs in a process of its own. */
export const MINERS = [
  "exact",
  "clustered",
  "faiss-flat",
  "faiss-ivf",
  "faiss-hnsw",
  "usearch",
  "lancedb",
] as const;

/** One of {@link MINERS}. */
export type MinerName = (typeof MINERS)[number];

/** Ours. */
export const OURS: readonly MinerName[] = ["exact", "clustered"];

/** Those that build a graph, whose time grows fastest. */
export const GRAPHS: readonly MinerName[] = ["faiss-hnsw", "usearch"];
