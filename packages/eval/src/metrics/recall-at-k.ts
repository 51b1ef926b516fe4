import { checkDepth } from "./check-depth.ts";

/**
 * The largest gain among the first `k` ids of a ranking; 0 if none of them is a target. With one
 * target of gain 1 this is the hit rate that CIRR, FashionIQ and GeneCIS call recall. With gains
 * (1, 0.5, 0.2, -1) it is the soft recall of CIRR's authors, which never falls below 0.
 *
 * @param ranking - Candidate ids, best first, each once.
 * @param targets - Candidate id to gain; the right ones of a benchmark without grades have 1.
 * @throws `invalid-argument` unless `k` is a whole number from 1.
 * Source: Cuberick-Orion/CIRPLANT, `eval_test_scoring_step_CIRR`.
 */
export function recallAtK(
  ranking: readonly string[],
  targets: ReadonlyMap<string, number>,
  k: number,
): number {
  checkDepth(k);
  return ranking.slice(0, k).reduce((best, id) => Math.max(best, targets.get(id) ?? 0), 0);
}

/**
 * {@link recallAtK} of the ranking without all that is not in `subset`: CIRR's R_s@k, where the
 * subset is the other five members of the query's set.
 */
export function subsetRecallAtK(
  ranking: readonly string[],
  subset: readonly string[],
  targets: ReadonlyMap<string, number>,
  k: number,
): number {
  const members = new Set(subset);
  return recallAtK(
    ranking.filter((id) => members.has(id)),
    targets,
    k,
  );
}
