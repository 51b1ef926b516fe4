import { MegaPairsError } from "@megapairs/spec";
import type { NeighbourRecord, PairEvidence } from "@megapairs/spec";

/** An image that at least one similarity model found, with what each of them said. */
export interface RetrievedMember {
  readonly id: string;
  /** In ascending relation order, at least one. */
  readonly evidence: readonly PairEvidence[];
}

/** The retrieved set {t1..tn} of one query image (paper §3.1). */
export interface RetrievedSet {
  readonly queryId: string;
  /** In ascending id order; empty when no model found anything. */
  readonly members: readonly RetrievedMember[];
}

/**
 * Unites the neighbours of each query over all relations, keeping which relation found what.
 *
 * Sets come in ascending query id order, whatever the order of the records. Queries do not touch one
 * another: records cut by query into shards merge to the same sets. Ids are the canonical order;
 * which member is better is {@link compareMembers}' question.
 *
 * Throws `invalid-argument` on two records of one query and relation, a query among its own
 * neighbours, or an id that one record lists twice.
 */
export function mergeNeighbours(records: Iterable<NeighbourRecord>): RetrievedSet[] {
  const byQuery = new Map<string, NeighbourRecord[]>();
  for (const record of records) {
    const siblings = byQuery.get(record.queryId);
    if (siblings === undefined) byQuery.set(record.queryId, [record]);
    else siblings.push(record);
  }
  return [...byQuery]
    .toSorted(([first], [second]) => ascending(first, second))
    .map(([queryId, siblings]) => ({ queryId, members: unite(queryId, siblings) }));
}

/**
 * Ranks members, best first: found by more relations, then better best rank in any relation, then
 * ascending id. Scores of different models are not comparable, so they play no part.
 */
export function compareMembers(first: RetrievedMember, second: RetrievedMember): number {
  return (
    second.evidence.length - first.evidence.length ||
    bestRank(first) - bestRank(second) ||
    ascending(first.id, second.id)
  );
}

function unite(queryId: string, records: readonly NeighbourRecord[]): RetrievedMember[] {
  const byId = new Map<string, PairEvidence[]>();
  let previous: string | undefined;
  for (const { relation, neighbours } of records.toSorted((a, b) =>
    ascending(a.relation, b.relation),
  )) {
    if (relation === previous) throw invalid(`Query ${queryId} has two records of ${relation}.`);
    previous = relation;
    for (const { id, score, rank } of neighbours) {
      if (id === queryId) throw invalid(`Query ${queryId} is its own neighbour under ${relation}.`);
      const evidence = byId.get(id) ?? [];
      if (evidence.at(-1)?.relation === relation) {
        throw invalid(`Query ${queryId} has the neighbour ${id} twice under ${relation}.`);
      }
      evidence.push({ relation, score, rank });
      byId.set(id, evidence);
    }
  }
  return [...byId]
    .toSorted(([first], [second]) => ascending(first, second))
    .map(([id, evidence]) => ({ id, evidence }));
}

/** Members in the order of {@link compareMembers}; the rank of each is looked up once. */
export function rankMembers(members: readonly RetrievedMember[]): RetrievedMember[] {
  return members
    .map((member) => ({ member, rank: bestRank(member) }))
    .toSorted(
      (first, second) =>
        second.member.evidence.length - first.member.evidence.length ||
        first.rank - second.rank ||
        ascending(first.member.id, second.member.id),
    )
    .map(({ member }) => member);
}

/** The best rank that any relation gave a member. */
export function bestRank({ evidence }: RetrievedMember): number {
  let best = Infinity;
  for (const { rank } of evidence) if (rank < best) best = rank;
  return best;
}

function ascending(first: string, second: string): number {
  return first < second ? -1 : Number(first > second);
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
