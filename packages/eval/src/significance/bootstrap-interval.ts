import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { percentileInterval } from "./percentile-interval.ts";
import { strata } from "./strata.ts";

/** Settings of the bootstrap. */
export interface BootstrapOptions {
  /** A whole number; the same seed gives the same interval, to the bit. */
  readonly seed: number;
  /** Samples drawn; 2,000 by default, which puts the ends of a 95 % interval within 5 % of its width. */
  readonly resamples?: number | undefined;
  /** Share of the samples inside the interval, between 0 and 1; 0.95 by default. */
  readonly confidence?: number | undefined;
  /**
   * One name for each value where the score is an unweighted mean over groups (FashionIQ's
   * categories, GeneCIS's tasks): each sample draws within the groups.
   */
  readonly strata?: readonly string[] | undefined;
}

/** A mean and where it lies. */
export interface BootstrapInterval {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Percentile bootstrap of a mean over queries. For the difference of two runs give the differences
 * query by query: that is the paired bootstrap, for both runs are then resampled alike.
 *
 * @throws `invalid-argument` on no values, NaN, or settings out of range.
 * Source: Efron and Tibshirani 1993, ch. 13; Sakai 2006 for retrieval.
 */
export function bootstrapInterval(
  values: readonly number[],
  options: BootstrapOptions,
): BootstrapInterval {
  const groups = strata(values, options.strata);
  const random = xoroshiro128plus(options.seed);
  const mean = groups.reduce(
    (sum, { rows, weight }) => sum + rows.reduce((total, row) => total + values[row]!, 0) * weight,
    0,
  );
  return percentileInterval(mean, options, () => {
    let sum = 0;
    for (const { rows, weight } of groups) {
      let drawn = 0;
      for (let count = rows.length; count > 0; count -= 1) {
        drawn += values[rows[uniformInt(random, 0, rows.length - 1)]!]!;
      }
      sum += drawn * weight;
    }
    return sum;
  });
}
