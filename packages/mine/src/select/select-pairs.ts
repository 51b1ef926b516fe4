import type { PairRecord } from "@megapairs/spec";
import { deriveSeed } from "../derive-seed.ts";
import { compareMembers } from "./merge-neighbours.ts";
import type { RetrievedMember, RetrievedSet } from "./merge-neighbours.ts";
import { pairId } from "./pair-id.ts";
import { completeSelection } from "./pair-selection.ts";
import type { CompleteSelection, PairSelection, SelectionStrategy } from "./pair-selection.ts";
import { seededOrder } from "../seeded-order.ts";

/** Options of {@link selectPairs}. */
export interface SelectPairsOptions extends PairSelection {
  readonly retrievedSets: Iterable<RetrievedSet>;
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
 * Makes pairs of retrieved sets: each (query, member) is one, up to `targetsPerQuery` (paper §3.1).
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
 * The pairs of a query depend on its set and the settings alone, so sets may be cut into shards.
 *
 * Throws `invalid-argument` on settings out of range.
 */
export function selectPairs({
  retrievedSets,
  ...selection
}: SelectPairsOptions): SelectPairsResult {
  const settings = completeSelection(selection);
  const counts = { ...NO_COUNTS };
  const pairs: PairRecord[] = [];
  for (const set of retrievedSets) {
    counts.queries += 1;
    if (settings.isExcluded(set.queryId)) {
      counts.excludedQueries += 1;
      continue;
    }
    const chosen = pairsOfQuery(set, settings, counts);
    if (chosen.length === 0) counts.emptyQueries += 1;
    for (const pair of chosen) pairs.push(pair);
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
  pairs: 0,
  droppedPairs: 0,
  hardNegatives: 0,
  missingHardNegatives: 0,
};

type Counts = { -readonly [Name in keyof SelectionCounts]: SelectionCounts[Name] };

function pairsOfQuery(
  { queryId, members }: RetrievedSet,
  settings: CompleteSelection,
  counts: Counts,
): PairRecord[] {
  const candidates = usableMembers(queryId, members, settings, counts);
  const pairs: PairRecord[] = [];
  const targetSeed = deriveSeed(settings.seed, "targets", queryId);
  for (const target of inOrder(candidates, settings.targetStrategy, targetSeed)) {
    if (pairs.length === settings.targetsPerQuery) break;
    const id = pairId(queryId, target.id);
    const negatives = mineNegatives(id, target, candidates, settings);
    if (negatives.length < settings.minimumHardNegatives) {
      counts.droppedPairs += 1;
      continue;
    }
    counts.hardNegatives += negatives.length;
    counts.missingHardNegatives += settings.hardNegatives - negatives.length;
    const { id: targetId, evidence } = target;
    pairs.push({ id, queryId, targetId, evidence, hardNegativeIds: [queryId, ...negatives] });
  }
  return pairs.toSorted((first, second) => (first.targetId < second.targetId ? -1 : 1));
}

/** What may become target or negative, best first. */
function usableMembers(
  queryId: string,
  members: readonly RetrievedMember[],
  { relations, isExcluded, nearDuplicates }: CompleteSelection,
  counts: Counts,
): RetrievedMember[] {
  const usable: RetrievedMember[] = [];
  for (const { id, evidence: all } of members) {
    const evidence = relations ? all.filter(({ relation }) => relations.has(relation)) : all;
    if (evidence.length === 0) continue;
    counts.members += 1;
    if (isExcluded(id)) counts.excludedMembers += 1;
    else if (nearDuplicates(queryId, id)) counts.nearDuplicateMembers += 1;
    else usable.push({ id, evidence });
  }
  return usable.toSorted(compareMembers);
}

function mineNegatives(
  id: string,
  target: RetrievedMember,
  candidates: readonly RetrievedMember[],
  { seed, hardNegatives, strategy, nearDuplicates }: CompleteSelection,
): string[] {
  const negatives: string[] = [];
  for (const candidate of inOrder(candidates, strategy, deriveSeed(seed, "negatives", id))) {
    if (negatives.length === hardNegatives) break;
    if (candidate.id === target.id || nearDuplicates(target.id, candidate.id)) continue;
    negatives.push(candidate.id);
  }
  return negatives;
}

function inOrder(
  ranked: readonly RetrievedMember[],
  strategy: SelectionStrategy,
  seed: number,
): Iterable<RetrievedMember> {
  return strategy === "random" ? seededOrder(ranked, seed) : ranked;
}
