import type { NearDuplicateRecord, NeighbourRecord } from "@megapairs/spec";
import type { CapPlan } from "./cap-plan.ts";
import { groupNearDuplicates } from "./group-near-duplicates.ts";
import type { NearDuplicateGroup } from "./group-near-duplicates.ts";
import type { RetrievedSet } from "./merge-neighbours.ts";
import { createNearDuplicateTest } from "./near-duplicates.ts";
import type { PairCaps } from "./pair-caps.ts";
import type { PairSelection } from "./pair-selection.ts";
import { planCaps } from "./plan-caps.ts";
import { uniteNeighbours } from "./unite-neighbours.ts";

/** Options of {@link planSelection}. */
export interface PlanSelectionOptions extends Omit<PairSelection, "nearDuplicates">, PairCaps {
  /** Of each relation, by ascending query id. */
  readonly neighbours: readonly Iterable<NeighbourRecord>[];
  /** Of the relations whose near duplicates are to be kept apart under all of them. */
  readonly nearDuplicates: readonly Iterable<NearDuplicateRecord>[];
  /**
   * What becomes of the groups of near duplicates: all their images are mined, apart from one another
   * (`keep`, the default), or only one of each group is (`representatives`). The others still fill
   * neighbour lists, so that a larger `k` makes up for them.
   */
  readonly duplicates?: "keep" | "representatives" | undefined;
  /** See `groupNearDuplicates`. */
  readonly prefer?: ((firstId: string, secondId: string) => number) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** As of `planCaps`; not called where nothing is capped. */
  readonly onCapsProgress?: ((readSets: number) => void) | undefined;
}

/** What is known before pairs are made: options of `selectPairs` for any part of the sets. */
export interface SelectionPlan {
  readonly selection: PairSelection & { readonly caps: CapPlan };
  /** All sets, in ascending query order, made anew at each call. */
  readonly retrievedSets: () => Generator<RetrievedSet>;
  readonly duplicateGroups: readonly NearDuplicateGroup[];
}

/**
 * Looks at all joins of a corpus once, so that pairs can then be made in any number of parts:
 * near duplicates across relations, their groups, and what caps let in.
 *
 * Rejects with `invalid-argument` on settings out of range.
 */
export async function planSelection(options: PlanSelectionOptions): Promise<SelectionPlan> {
  const { neighbours, nearDuplicates, duplicates = "keep", prefer, ...others } = options;
  const { queriesPerTarget, pairsPerGroup, groupOf, onCapsProgress, ...rest } = others;
  const { signal, isExcluded, ...chosen } = rest;
  const records = nearDuplicates.flatMap((list) => [...list]);
  const duplicateGroups = groupNearDuplicates({ records, prefer });
  const thinned = duplicates === "keep" ? [] : duplicateGroups;
  const left = new Set(thinned.flatMap(({ duplicateIds }) => duplicateIds));
  const selection: PairSelection = {
    ...chosen,
    isExcluded: (imageId) => left.has(imageId) || isExcluded?.(imageId) === true,
    nearDuplicates: createNearDuplicateTest(records),
  };
  const retrievedSets = (): Generator<RetrievedSet> => uniteNeighbours(neighbours);
  const caps = await planCaps({
    ...selection,
    queriesPerTarget,
    pairsPerGroup,
    groupOf,
    retrievedSets,
    signal,
    onProgress: onCapsProgress,
  });
  return { selection: { ...selection, caps }, retrievedSets, duplicateGroups };
}
