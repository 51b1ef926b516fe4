import { MegaPairsError } from "@megapairs/spec";
import type { BootstrapInterval, BootstrapOptions } from "./bootstrap-interval.ts";

/**
 * The interval between two percentiles of means that `drawMean` draws, one for each sample.
 *
 * @throws `invalid-argument` on settings out of range.
 */
export function percentileInterval(
  mean: number,
  { resamples = 2000, confidence = 0.95 }: Pick<BootstrapOptions, "resamples" | "confidence">,
  drawMean: () => number,
): BootstrapInterval {
  if (!Number.isSafeInteger(resamples) || resamples < 1 || !(confidence > 0 && confidence < 1)) {
    throw new MegaPairsError(
      "invalid-argument",
      `resamples is ${resamples} and confidence ${confidence}; expected a whole number from 1 and a share between 0 and 1.`,
    );
  }
  const means = Float64Array.from({ length: resamples }, drawMean).toSorted();
  const tail = (1 - confidence) / 2;
  return { mean, lower: quantile(means, tail), upper: quantile(means, 1 - tail) };
}

function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)]!;
  return below + (sorted[Math.ceil(position)]! - below) * (position % 1);
}
