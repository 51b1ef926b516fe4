import { MegaPairsError } from "@megapairs/spec";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { strata } from "./strata.ts";

/** Settings of the permutation test. */
export interface PermutationTestOptions {
  /** A whole number; decides which sign flips are drawn. */
  readonly seed: number;
  /** Sign flips drawn; 10,000 by default, so that p is known to about 0.002 at 0.05. */
  readonly permutations?: number | undefined;
  /** One name for each difference where the score is an unweighted mean over groups. */
  readonly strata?: readonly string[] | undefined;
}

/** How likely so large a difference is if the two runs were one. */
export interface PermutationTestResult {
  /** The mean difference that was found. */
  readonly difference: number;
  /** Two-sided; never 0 when drawn, since the data themselves count as one permutation. */
  readonly pValue: number;
  /** True where all sign flips were tried (16 queries or fewer that differ). */
  readonly isExact: boolean;
}

const EXACT_UP_TO = 16;

/**
 * Paired permutation test: flips the sign of each query's difference at random, and counts how
 * often the mean is at least as far from 0 as the one that was found.
 *
 * @param differences - First run minus second, one for each query.
 * @throws `invalid-argument` on no differences, NaN, or a count of permutations below 1.
 * Source: Smucker, Allan and Carterette 2007.
 */
export function permutationTest(
  differences: readonly number[],
  { seed, permutations = 10_000, strata: names }: PermutationTestOptions,
): PermutationTestResult {
  if (!Number.isSafeInteger(permutations) || permutations < 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `permutations is ${permutations}; expected a whole number from 1.`,
    );
  }
  const weighted = strata(differences, names).flatMap(({ rows, weight }) =>
    rows.map((row) => differences[row]! * weight),
  );
  const difference = weighted.reduce((sum, value) => sum + value, 0);
  const moving = weighted.filter((value) => value !== 0);
  const reach = moving.reduce((sum, value) => sum + Math.abs(value), 0);
  const threshold = Math.abs(difference) - 1e-12 * reach;
  const isExact = moving.length <= EXACT_UP_TO;
  const tries = isExact ? 2 ** moving.length : permutations;
  const random = xoroshiro128plus(seed);
  let asFar = 0;
  let bits = 0;
  for (let permutation = 0; permutation < tries; permutation += 1) {
    let sum = 0;
    for (let index = 0; index < moving.length; index += 1) {
      if (isExact) bits = permutation >>> index;
      else bits = index % 32 === 0 ? random.next() : bits >>> 1;
      sum += (bits & 1) === 1 ? moving[index]! : -moving[index]!;
    }
    if (Math.abs(sum) >= threshold) asFar += 1;
  }
  return { difference, pValue: isExact ? asFar / tries : (asFar + 1) / (tries + 1), isExact };
}
