import { MegaPairsError } from "@megapairs/spec";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { BootstrapInterval, BootstrapOptions } from "./bootstrap-interval.ts";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import { percentileInterval } from "./percentile-interval.ts";

/**
 * Percentile bootstrap of a mean over training runs and queries: runs of several seeds that answered
 * the same queries. Each sample draws runs and queries, both with replacement, so that the interval
 * says what another seed and other queries would have given; of one run it is that of
 * {@link bootstrapInterval}. For the difference of two methods give theirs, run by run and query by
 * query.
 *
 * @param runs - The values of each run, in the same order of queries.
 * @throws `invalid-argument` on no runs, runs of different length, NaN, or settings out of range.
 * Source: the pigeonhole bootstrap, Owen 2007 (arXiv 0712.1111), a little too wide by design.
 */
export function runsInterval(
  runs: readonly (readonly number[])[],
  options: Omit<BootstrapOptions, "strata">,
): BootstrapInterval {
  const [first] = runs;
  const odd = runs.findIndex((run) => run.length !== first?.length);
  if (first === undefined || odd !== -1) {
    throw new MegaPairsError(
      "invalid-argument",
      first === undefined
        ? "There is no run."
        : `Run ${odd} has ${runs[odd]?.length} values, the first ${first.length}; expected the same queries.`,
    );
  }
  if (runs.length === 1) return bootstrapInterval(first, options);
  const { mean } = bootstrapInterval(runs.flat(), { ...options, resamples: 1 });
  const random = xoroshiro128plus(options.seed);
  const draw = (count: number): number => uniformInt(random, 0, count - 1);
  return percentileInterval(mean, options, () => {
    const drawn = runs.map(() => runs[draw(runs.length)]!);
    let sum = 0;
    for (let count = first.length; count > 0; count -= 1) {
      const query = draw(first.length);
      for (const run of drawn) sum += run[query]!;
    }
    return sum / (runs.length * first.length);
  });
}
