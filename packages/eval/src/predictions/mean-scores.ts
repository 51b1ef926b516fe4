import type { Benchmark } from "../benchmarks/benchmark.ts";
import type { QueryScores, Scores } from "./score-predictions.ts";

/** Means over all queries and over those of each group. */
export interface MeanScores {
  readonly scores: Scores;
  readonly groups: Readonly<Record<string, Scores>>;
}

/**
 * Aggregates scores of queries: the whole is their mean, or the unweighted mean of the groups'.
 * Groups are in order of name; a query counts in each of its groups.
 */
export function meanScores(queries: readonly QueryScores[], mean: Benchmark["mean"]): MeanScores {
  const names = new Set(queries.flatMap(({ groups }) => groups));
  const groups = Object.fromEntries(
    [...names]
      .toSorted()
      .map((name) => [
        name,
        average(queries.filter((query) => query.groups.includes(name)).map(({ scores }) => scores)),
      ]),
  );
  return {
    scores: average(
      mean === "groups" ? Object.values(groups) : queries.map(({ scores }) => scores),
    ),
    groups,
  };
}

function average(all: readonly Scores[]): Scores {
  return Object.fromEntries(
    Object.keys(all[0] ?? {}).map((name) => [
      name,
      all.reduce((sum, scores) => sum + scores[name]!, 0) / all.length,
    ]),
  );
}
