import { MegaPairsError } from "@megapairs/spec";
import type { SimilarityHistogram } from "./similarity-histogram.ts";

/**
 * The cosine that a share of all pairs lies below: the lowest edge of the histogram's bins with at
 * least `quantile` of the pairs under it. So it is as fine as the bins. Undefined without pairs.
 *
 * Throws `invalid-argument` unless 0 < quantile <= 1.
 */
export function similarityQuantile(
  { counts, pairs }: SimilarityHistogram,
  quantile: number,
): number | undefined {
  if (!(quantile > 0 && quantile <= 1)) {
    throw new MegaPairsError(
      "invalid-argument",
      `The quantile is ${quantile}; expected more than 0 and at most 1.`,
    );
  }
  if (pairs === 0) return undefined;
  let below = 0;
  for (const [bin, count] of counts.entries()) {
    below += count;
    if (below >= quantile * pairs) return Number(((2 * (bin + 1)) / counts.length - 1).toFixed(6));
  }
  return 1;
}
