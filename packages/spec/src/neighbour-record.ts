/** One neighbour of a query image under one similarity model. */
export interface Neighbour {
  readonly id: string;
  /** Cosine similarity, in [-1, 1]. */
  readonly score: number;
  /** Position among the kept neighbours of the query under this model, from 1. */
  readonly rank: number;
}

/** The neighbours of one query image under one similarity model. */
export interface NeighbourRecord {
  readonly queryId: string;
  /** Which similarity model: `I`, `D`, `T` in the paper (§3.1). */
  readonly relation: string;
  /** Best first; equal scores in ascending id order. */
  readonly neighbours: readonly Neighbour[];
}
