import { deriveSeed } from "../derive-seed.ts";
import type { CapPlan } from "./cap-plan.ts";
import { rankMembers } from "./merge-neighbours.ts";
import type { RetrievedMember, RetrievedSet } from "./merge-neighbours.ts";
import { mineNegatives } from "./mine-negatives.ts";
import { pairId } from "./pair-id.ts";
import type { CompleteSelection } from "./pair-selection.ts";
import { takeInOrder } from "./take-in-order.ts";

/** What a query chose, and what became of the other members. */
export interface TargetChoice {
  /** In the order in which they were chosen. */
  readonly chosen: readonly RetrievedMember[];
  /** What may be target or negative, best first. */
  readonly candidates: readonly RetrievedMember[];
  /** Members under the chosen relations. */
  readonly members: number;
  readonly excludedMembers: number;
  readonly nearDuplicateMembers: number;
  /** Targets that caps refused. */
  readonly cappedTargets: number;
  /** Targets with fewer than `minimumHardNegatives`. */
  readonly droppedPairs: number;
}

/** The targets that one query chooses, up to `targetsPerQuery`; none where it is excluded. */
export function chooseTargets(
  { queryId, members }: RetrievedSet,
  settings: CompleteSelection,
  caps: CapPlan | undefined,
): TargetChoice {
  if (settings.isExcluded(queryId)) return NOTHING;
  const usable = usableMembers(queryId, members, settings);
  const { candidates } = usable;
  const chosen: RetrievedMember[] = [];
  let cappedTargets = 0;
  let droppedPairs = 0;
  const seed = deriveSeed(settings.seed, "targets", queryId);
  for (const target of takeInOrder(candidates, settings.targetStrategy, seed)) {
    if (chosen.length === settings.targetsPerQuery) break;
    if (isShortOfNegatives(queryId, target, candidates, settings)) droppedPairs += 1;
    else if (caps?.offers(queryId, target.id) === false) cappedTargets += 1;
    else chosen.push(target);
  }
  const kept = chosen.filter(({ id }) => caps?.keeps(queryId, id) ?? true);
  cappedTargets += chosen.length - kept.length;
  return { ...usable, chosen: kept, cappedTargets, droppedPairs };
}

const NOTHING: TargetChoice = {
  chosen: [],
  candidates: [],
  members: 0,
  excludedMembers: 0,
  nearDuplicateMembers: 0,
  cappedTargets: 0,
  droppedPairs: 0,
};

function isShortOfNegatives(
  queryId: string,
  target: RetrievedMember,
  candidates: readonly RetrievedMember[],
  settings: CompleteSelection,
): boolean {
  const { minimumHardNegatives } = settings;
  if (minimumHardNegatives === 0) return false;
  const pair = { pairId: pairId(queryId, target.id), target, candidates };
  return mineNegatives(pair, settings).length < minimumHardNegatives;
}

function usableMembers(
  queryId: string,
  all: readonly RetrievedMember[],
  { relations, isExcluded, nearDuplicates }: CompleteSelection,
): Pick<TargetChoice, "candidates" | "members" | "excludedMembers" | "nearDuplicateMembers"> {
  const candidates: RetrievedMember[] = [];
  let [members, excludedMembers, nearDuplicateMembers] = [0, 0, 0];
  for (const { id, evidence: found } of all) {
    const evidence = relations ? found.filter(({ relation }) => relations.has(relation)) : found;
    if (evidence.length === 0) continue;
    members += 1;
    if (isExcluded(id)) excludedMembers += 1;
    else if (nearDuplicates(queryId, id)) nearDuplicateMembers += 1;
    else candidates.push({ id, evidence });
  }
  return { candidates: rankMembers(candidates), members, excludedMembers, nearDuplicateMembers };
}
