import { bootstrapInterval } from "../significance/bootstrap-interval.ts";
import type { BootstrapInterval, BootstrapOptions } from "../significance/bootstrap-interval.ts";
import type { QueryScores, ScoreResult } from "./score-predictions.ts";

/** Settings of the bootstrap; the strata follow from the benchmark. */
export type ScoreIntervalsOptions = Omit<BootstrapOptions, "strata">;

/**
 * A bootstrap interval for each score of a result, over its queries; within categories or tasks
 * where the benchmark's mean is one over groups.
 *
 * @throws `invalid-argument` on settings out of range.
 */
export function scoreIntervals(
  { scores, queries, mean }: Pick<ScoreResult, "scores" | "queries" | "mean">,
  options: ScoreIntervalsOptions,
): Readonly<Record<string, BootstrapInterval>> {
  return Object.fromEntries(
    Object.keys(scores).map((name) => [
      name,
      bootstrapInterval(
        queries.map((query) => query.scores[name]!),
        { ...options, strata: strataOf(queries, mean) },
      ),
    ]),
  );
}

/**
 * A bootstrap interval of the headline score of each group of a result, over the queries in it.
 *
 * @throws `invalid-argument` on settings out of range.
 */
export function groupIntervals(
  {
    groups,
    queries,
    headline,
    mean,
  }: Pick<ScoreResult, "groups" | "queries" | "headline" | "mean">,
  options: ScoreIntervalsOptions,
): Readonly<Record<string, BootstrapInterval>> {
  return Object.fromEntries(
    Object.keys(groups).map((name) => {
      const inside = queries.filter((query) => query.groups.includes(name));
      const values = inside.map(({ scores }) => scores[headline]!);
      return [name, bootstrapInterval(values, { ...options, strata: strataOf(inside, mean) })];
    }),
  );
}

/** The one group of each query where groups weigh alike; undefined where queries do. */
export function strataOf(
  queries: readonly QueryScores[],
  mean: ScoreResult["mean"],
): readonly string[] | undefined {
  return mean === "groups" ? queries.map(({ groups }) => groups[0] ?? "") : undefined;
}
