import { deriveSeed } from "../derive-seed.ts";
import type { CapPlan } from "./cap-plan.ts";
import { compareMembers } from "./merge-neighbours.ts";
import type { RetrievedMember, RetrievedSet } from "./merge-neighbours.ts";
import { mineNegatives } from "./mine-negatives.ts";
import { pairId } from "./pair-id.ts";
import type { CompleteSelection } from "./pair-selection.ts";
import { takeInOrder } from "./take-in-order.ts";

/** A member that becomes the target of a pair. */
interface ChosenTarget {
  /** Of the pair. */
  readonly id: string;
  readonly target: RetrievedMember;
}

/** What a query chose, and what became of the other members. */
export interface TargetChoice {
  /** In the order in which they were chosen. */
  readonly chosen: readonly ChosenTarget[];
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
  const chosen: ChosenTarget[] = [];
  let cappedTargets = 0;
  let droppedPairs = 0;
  const seed = deriveSeed(settings.seed, "targets", queryId);
  for (const target of takeInOrder(candidates, settings.targetStrategy, seed)) {
    if (chosen.length === settings.targetsPerQuery) break;
    const id = pairId(queryId, target.id);
    if (isShortOfNegatives({ id, target }, candidates, settings)) droppedPairs += 1;
    else if (caps?.offers(queryId, target.id, id) === false) cappedTargets += 1;
    else chosen.push({ id, target });
  }
  const kept = chosen.filter(({ id, target }) => caps?.keeps(queryId, target.id, id) ?? true);
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
  { id, target }: ChosenTarget,
  candidates: readonly RetrievedMember[],
  settings: CompleteSelection,
): boolean {
  const { minimumHardNegatives } = settings;
  if (minimumHardNegatives === 0) return false;
  return mineNegatives({ pairId: id, target, candidates }, settings).length < minimumHardNegatives;
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
  candidates.sort(compareMembers);
  return { candidates, members, excludedMembers, nearDuplicateMembers };
}
