/** A share of neighbours that was found, measured on a sample of queries. */
export interface MeasuredRecall {
  readonly recall: number;
  /** 95 % interval of the recall over all queries. */
  readonly low: number;
  readonly high: number;
  /** Queries of the sample that have neighbours. */
  readonly queries: number;
  /** Their neighbours in all. */
  readonly neighbours: number;
}

/** What a query has and what of it was found. */
export interface FoundOfQuery {
  readonly found: number;
  readonly total: number;
}

/**
 * The recall over all neighbours of all queries, with the interval of a ratio estimator: queries are
 * what was drawn, and neighbours of one query are found or missed together (Cochran, Sampling
 */
export function recallOf(sample: readonly FoundOfQuery[]): MeasuredRecall | undefined {
  const asked = sample.filter(({ total }) => total > 0);
  const neighbours = asked.reduce((sum, { total }) => sum + total, 0);
  if (neighbours === 0) return undefined;
  const recall = asked.reduce((sum, { found }) => sum + found, 0) / neighbours;
  const squares = asked.reduce((sum, { found, total }) => sum + (found - recall * total) ** 2, 0);
  const correction = asked.length > 1 ? asked.length / (asked.length - 1) : 1;
  const margin = (1.96 * Math.sqrt(correction * squares)) / neighbours;
  return {
    recall,
    low: Math.max(0, recall - margin),
    high: Math.min(1, recall + margin),
    queries: asked.length,
    neighbours,
  };
}
