import type { SelectionCounts } from "@megapairs/mine";

/** The counts of two parts of the sets together. */
export function addCounts(first: SelectionCounts, second: SelectionCounts): SelectionCounts {
  return {
    queries: first.queries + second.queries,
    excludedQueries: first.excludedQueries + second.excludedQueries,
    emptyQueries: first.emptyQueries + second.emptyQueries,
    members: first.members + second.members,
    excludedMembers: first.excludedMembers + second.excludedMembers,
    nearDuplicateMembers: first.nearDuplicateMembers + second.nearDuplicateMembers,
    cappedTargets: first.cappedTargets + second.cappedTargets,
    pairs: first.pairs + second.pairs,
    droppedPairs: first.droppedPairs + second.droppedPairs,
    hardNegatives: first.hardNegatives + second.hardNegatives,
    missingHardNegatives: first.missingHardNegatives + second.missingHardNegatives,
  };
}
