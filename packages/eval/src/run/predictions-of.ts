import type { Benchmark } from "../benchmarks/benchmark.ts";
import type { QueryRankings } from "./query-ranking.ts";

/** Rankings as predictions, in the order of the benchmark. */
export function predictionsOf(
  { queries }: Benchmark,
  rankings: QueryRankings,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    queries.flatMap(({ id }) => {
      const ids = rankings.get(id)?.ids;
      return ids === undefined ? [] : [[id, ids]];
    }),
  );
}

/**
 * The same for scoring: where the rule looks at ties (MMEB), the similarities of a query stand in place
 * of its ranking.
 */
export function scorablePredictionsOf(
  benchmark: Benchmark,
  rankings: QueryRankings,
): Readonly<Record<string, readonly string[] | { readonly similarities: Float32Array }>> {
  const ranked = predictionsOf(benchmark, rankings);
  if (!benchmark.metrics.some(({ kind }) => kind === "precision-at-1")) return ranked;
  return Object.fromEntries(
    Object.entries(ranked).map(([id, ids]) => {
      const similarities = rankings.get(id)?.similarities;
      return [id, similarities === undefined ? ids : { similarities }];
    }),
  );
}
