import type { Benchmark } from "../benchmarks/benchmark.ts";
import type { QueryRankings } from "./query-ranking.ts";

/**
 * Rankings as predictions, in the order of the benchmark. With `similarities` true those of queries with
 * candidates of their own are kept where the rule looks at ties (MMEB).
 */
export function predictionsOf<Keep extends boolean>(
  { queries, metrics, hasOwnCandidates }: Benchmark,
  rankings: QueryRankings,
  similarities: Keep,
): Readonly<
  Record<
    string,
    Keep extends true ? readonly string[] | { similarities: Float32Array } : readonly string[]
  >
> {
  const keeps =
    similarities && hasOwnCandidates && metrics.some(({ kind }) => kind === "precision-at-1");
  return Object.fromEntries(
    queries.flatMap(({ id }) => {
      const ranking = rankings.get(id);
      if (ranking === undefined) return [];
      const kept = keeps ? ranking.similarities : undefined;
      return [[id, kept === undefined ? ranking.ids : { similarities: kept }]];
    }),
  ) as never;
}
