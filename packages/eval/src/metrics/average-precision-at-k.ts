import { MegaPairsError } from "@megapairs/spec";
import { checkDepth } from "./check-depth.ts";

/**
 * Average precision in CIRCO's form: the sum of the precision at each hit among the first `k` ids,
 * divided by `min(number of targets, k)`. So a query with one ground truth can reach 1, and so can
 * one with more ground truths than `k`. Its mean over queries is mAP@k.
 *
 * @param ranking - Candidate ids, best first, each once.
 * @param targets - All ground truths, at least one.
 * @throws `invalid-argument` unless `k` is a whole number from 1 and there is a target.
 * Source: miccunifi/CIRCO, `src/evaluation.py`.
 */
export function averagePrecisionAtK(
  ranking: readonly string[],
  targets: ReadonlySet<string> | ReadonlyMap<string, number>,
  k: number,
): number {
  checkDepth(k);
  if (targets.size === 0) {
    throw new MegaPairsError("invalid-argument", "There is no target; expected at least one.");
  }
  let hits = 0;
  let sum = 0;
  for (const [index, id] of ranking.slice(0, k).entries()) {
    if (!targets.has(id)) continue;
    hits += 1;
    sum += hits / (index + 1);
  }
  return sum / Math.min(targets.size, k);
}
