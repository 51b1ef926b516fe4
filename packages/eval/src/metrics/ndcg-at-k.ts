import { MegaPairsError } from "@megapairs/spec";
import { checkDepth } from "./check-depth.ts";

/**
 * Normalised discounted cumulative gain of the first `k` ids: gains as they are (not `2^gain - 1`),
 * discounted by `log2(rank + 1)`, over the same sum for the best order that there is.
 *
 * @param ranking - Candidate ids, best first, each once.
 * @param gains - Candidate id to gain, from 0 and one of them above; an id that is absent has 0.
 * @returns From 0 to 1.
 * @throws `invalid-argument` on another `k` than a whole number from 1, a negative gain or NaN, or
 * gains that are all 0.
 * Source: Järvelin and Kekäläinen 2002; the linear form of trec_eval.
 */
export function ndcgAtK(
  ranking: readonly string[],
  gains: ReadonlyMap<string, number>,
  k: number,
): number {
  checkDepth(k);
  for (const [id, gain] of gains) {
    if (gain >= 0 && Number.isFinite(gain)) continue;
    throw new MegaPairsError(
      "invalid-argument",
      `The gain of "${id}" is ${gain}; expected from 0.`,
    );
  }
  const ideal = discounted(
    [...gains.values()].toSorted((one, other) => other - one),
    k,
  );
  if (ideal === 0) {
    throw new MegaPairsError("invalid-argument", "Every gain is 0; expected one above.");
  }
  return (
    discounted(
      ranking.map((id) => gains.get(id) ?? 0),
      k,
    ) / ideal
  );
}

function discounted(gains: readonly number[], k: number): number {
  return gains.slice(0, k).reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}
