/** Why two images were paired: one entry for each similarity model that found the target. */
export interface PairEvidence {
  readonly relation: string;
  /** Cosine similarity, in [-1, 1]. */
  readonly score: number;
  /** From 1. */
  readonly rank: number;
}

/** A mined pair with its hard negatives (paper §3.1). */
export interface PairRecord {
  /** `pairId(queryId, targetId)`: SHA-256 hex of the two ids. */
  readonly id: string;
  readonly queryId: string;
  readonly targetId: string;
  /** In ascending relation order, at least one. */
  readonly evidence: readonly PairEvidence[];
  /** Image ids. The first is the query image itself, then other members of its retrieved set. */
  readonly hardNegativeIds: readonly string[];
}
