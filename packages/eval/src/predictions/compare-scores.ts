import { MegaPairsError } from "@megapairs/spec";
import { bootstrapInterval } from "../significance/bootstrap-interval.ts";
import type { BootstrapInterval } from "../significance/bootstrap-interval.ts";
import { permutationTest } from "../significance/permutation-test.ts";
import { strataOf } from "./score-intervals.ts";
import type { ScoreResult } from "./score-predictions.ts";

/** Two runs of one benchmark. */
export interface CompareScoresOptions {
  readonly first: ScoreResult;
  readonly second: ScoreResult;
  /** Name of a metric; the benchmark's headline by default. */
  readonly metric?: string | undefined;
  /** A whole number; decides what both tests draw. */
  readonly seed: number;
  readonly resamples?: number | undefined;
  readonly confidence?: number | undefined;
  readonly permutations?: number | undefined;
}

/** Whether a difference means anything. */
export interface CompareScoresResult {
  readonly metric: string;
  readonly first: number;
  readonly second: number;
  /** First minus second, with its paired bootstrap interval. */
  readonly difference: BootstrapInterval;
  /** Two-sided, of the paired permutation test. */
  readonly pValue: number;
}

/**
 * Compares two runs query by query.
 *
 * @throws `invalid-argument` if the runs are not of the same rule and the same queries, or do not
 * have the metric.
 */
export function compareScores({
  first,
  second,
  metric = first.headline,
  seed,
  resamples,
  confidence,
  permutations,
}: CompareScoresOptions): CompareScoresResult {
  if (first.title !== second.title || first.rule !== second.rule) {
    throw new MegaPairsError(
      "invalid-argument",
      `One run is of ${first.title}, the other of ${second.title}; expected the same rule.`,
    );
  }
  const differences = first.queries.map(({ id, scores }, index) => {
    const other = second.queries[index];
    const [mine, theirs] = [scores[metric], other?.scores[metric]];
    if (other?.id !== id || mine === undefined || theirs === undefined) {
      throw new MegaPairsError(
        "invalid-argument",
        `Query "${id}" has no ${metric} in both runs; expected the same queries and metrics.`,
      );
    }
    return mine - theirs;
  });
  const strata = strataOf(first.queries, first.mean);
  return {
    metric,
    first: first.scores[metric]!,
    second: second.scores[metric]!,
    difference: bootstrapInterval(differences, { seed, resamples, confidence, strata }),
    pValue: permutationTest(differences, { seed, permutations, strata }).pValue,
  };
}
