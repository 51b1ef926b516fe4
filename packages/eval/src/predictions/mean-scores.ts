import type { Benchmark } from "../benchmarks/benchmark.ts";
import type { QueryScores, Scores } from "./score-predictions.ts";

/** Means over all queries and over those of each group. */
export interface MeanScores {
  readonly scores: Scores;
  readonly groups: Readonly<Record<string, Scores>>;
}

/**
 * Aggregates scores of queries. Groups are in order of name; a query counts in each of its groups.
 *
 * With `queries` every mean is one over queries. With `groups` a query's first group is what a mean
 * goes over: the whole is the unweighted mean of the first groups, and so is a further group, such as
 * a meta-task of MMEB, of those inside it.
 */
export function meanScores(queries: readonly QueryScores[], mean: Benchmark["mean"]): MeanScores {
  const members = new Map<string, QueryScores[]>();
  for (const query of queries) {
    for (const name of query.groups) {
      const known = members.get(name);
      if (known === undefined) members.set(name, [query]);
      else known.push(query);
    }
  }
  return {
    scores: meanOf(queries, mean),
    groups: Object.fromEntries(
      [...members.keys()].toSorted().map((name) => [name, meanOf(members.get(name)!, mean)]),
    ),
  };
}

function meanOf(queries: readonly QueryScores[], mean: Benchmark["mean"]): Scores {
  if (mean === "queries") return average(queries.map(({ scores }) => scores));
  const firsts = Map.groupBy(queries, ({ groups }) => groups[0] ?? "");
  return average([...firsts.values()].map((inside) => average(inside.map(({ scores }) => scores))));
}

function average(all: readonly Scores[]): Scores {
  return Object.fromEntries(
    Object.keys(all[0] ?? {}).map((name) => [
      name,
      all.reduce((sum, scores) => sum + scores[name]!, 0) / all.length,
    ]),
  );
}
