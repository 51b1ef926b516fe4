import { deriveSeed } from "../derive-seed.ts";
import { bestRank } from "./merge-neighbours.ts";
import type { RetrievedMember } from "./merge-neighbours.ts";
import type { CompleteSelection } from "./pair-selection.ts";
import { takeInOrder } from "./take-in-order.ts";

/** Of which pair, and what its negatives are taken from. */
export interface MineNegativesOptions {
  readonly pairId: string;
  readonly target: RetrievedMember;
  /** The members that may be one, best first; the target may be among them. */
  readonly candidates: readonly RetrievedMember[];
}

/**
 * Ids of up to `hardNegatives` candidates, in the order in which the strategy takes them: neither the
 * target nor a near duplicate of it, within the margin and the ranks that the selection names.
 */
export function mineNegatives(
  { pairId, target, candidates }: MineNegativesOptions,
  settings: CompleteSelection,
): string[] {
  const { seed, hardNegatives, strategy, negativeRanks, nearDuplicates } = settings;
  const [firstRank, lastRank] = negativeRanks;
  const negatives: string[] = [];
  if (hardNegatives === 0) return negatives;
  for (const candidate of takeInOrder(
    candidates,
    strategy,
    deriveSeed(seed, "negatives", pairId),
  )) {
    if (candidate.id === target.id || nearDuplicates(target.id, candidate.id)) continue;
    const rank = bestRank(candidate);
    if (rank < firstRank || rank > lastRank) continue;
    if (!isFarEnough(candidate, target, settings.negativeMargin)) continue;
    negatives.push(candidate.id);
    if (negatives.length === hardNegatives) break;
  }
  return negatives;
}

/** Whether every relation that found both scores the candidate lower by the margin, and one did. */
function isFarEnough(
  candidate: RetrievedMember,
  target: RetrievedMember,
  margin: number | undefined,
): boolean {
  if (margin === undefined) return true;
  let shared = 0;
  for (const { relation, score } of candidate.evidence) {
    const other = target.evidence.find((evidence) => evidence.relation === relation);
    if (other === undefined) continue;
    if (score > other.score - margin) return false;
    shared += 1;
  }
  return shared > 0;
}
