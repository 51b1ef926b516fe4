import type { PairRecord } from "@megapairs/spec";
import type { CapPlan } from "./cap-plan.ts";
import { chooseTargets } from "./choose-targets.ts";
import type { RetrievedSet } from "./merge-neighbours.ts";
import { mineNegatives } from "./mine-negatives.ts";
import { pairId } from "./pair-id.ts";
import { completeSelection } from "./pair-selection.ts";
import type { PairSelection } from "./pair-selection.ts";

/** Options of {@link selectPairs}. */
export interface SelectPairsOptions extends PairSelection {
  readonly retrievedSets: Iterable<RetrievedSet>;
  /** `planCaps` of all sets and the same selection; nothing is capped by default. */
  readonly caps?: CapPlan | undefined;
}

/** What became of queries and members: nothing disappears. */
export interface SelectionCounts {
  readonly queries: number;
  /** Queries that `isExcluded`. */
  readonly excludedQueries: number;
  /** Other queries that gave no pair. */
  readonly emptyQueries: number;
  /** Members of the retrieved sets, under the chosen relations, of queries not excluded. */
  readonly members: number;
  /** Members that `isExcluded`. */
  readonly excludedMembers: number;
  /** Members left out as near duplicates of their query. */
  readonly nearDuplicateMembers: number;
  /** Targets that a query would have chosen and a cap refused. */
  readonly cappedTargets: number;
  readonly pairs: number;
  /** Targets whose pair had fewer than `minimumHardNegatives`. */
  readonly droppedPairs: number;
  readonly hardNegatives: number;
  /** Negatives that were wanted and not there, over all pairs. */
  readonly missingHardNegatives: number;
}

/** Result of {@link selectPairs}. */
export interface SelectPairsResult {
  /** In the order of the sets, then by ascending target id. */
  readonly pairs: readonly PairRecord[];
  readonly counts: SelectionCounts;
}

/**
 * Makes pairs of retrieved sets: each (query, member) is one, up to `targetsPerQuery` (paper §3.1) and
 * to what `caps` let in.
 *
 * `hardNegativeIds` starts with the query image, always: without it a model learns to return the
 * query. Then come up to `hardNegatives` other members of the same set. Where the set has fewer,
 * fewer are given: none is invented from elsewhere. The target is never among them, no image occurs
 * twice.
 *
 * Near duplicates are kept apart twice. A member that is one of its *query* is left out altogether:
 * as a target it needs no instruction, as a negative it repeats the query image. A member that is
 * one of the *target* is no negative of that pair: it would be a right answer marked as wrong.
 *
 * The pairs of a query depend on its set, the settings and the plan of caps alone, so sets may be cut
 * into shards.
 *
 * Throws `invalid-argument` on settings out of range.
 */
export function selectPairs({
  retrievedSets,
  caps,
  ...selection
}: SelectPairsOptions): SelectPairsResult {
  const settings = completeSelection(selection);
  const counts = { ...NO_COUNTS };
  const pairs: PairRecord[] = [];
  for (const set of retrievedSets) {
    const { queryId } = set;
    const choice = chooseTargets(set, settings, caps);
    const { candidates, chosen } = choice;
    counts.queries += 1;
    if (settings.isExcluded(queryId)) counts.excludedQueries += 1;
    else if (chosen.length === 0) counts.emptyQueries += 1;
    counts.members += choice.members;
    counts.excludedMembers += choice.excludedMembers;
    counts.nearDuplicateMembers += choice.nearDuplicateMembers;
    counts.cappedTargets += choice.cappedTargets;
    counts.droppedPairs += choice.droppedPairs;
    for (const target of chosen.toSorted((first, second) => (first.id < second.id ? -1 : 1))) {
      const id = pairId(queryId, target.id);
      const negatives = mineNegatives({ pairId: id, target, candidates }, settings);
      counts.hardNegatives += negatives.length;
      counts.missingHardNegatives += settings.hardNegatives - negatives.length;
      const { id: targetId, evidence } = target;
      pairs.push({ id, queryId, targetId, evidence, hardNegativeIds: [queryId, ...negatives] });
    }
  }
  counts.pairs = pairs.length;
  return { pairs, counts };
}

const NO_COUNTS: SelectionCounts = {
  queries: 0,
  excludedQueries: 0,
  emptyQueries: 0,
  members: 0,
  excludedMembers: 0,
  nearDuplicateMembers: 0,
  cappedTargets: 0,
  pairs: 0,
  droppedPairs: 0,
  hardNegatives: 0,
  missingHardNegatives: 0,
};
