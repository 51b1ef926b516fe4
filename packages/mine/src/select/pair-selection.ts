import { MegaPairsError } from "@megapairs/spec";
import { checkCounts } from "../check-count.ts";
import type { NearDuplicateTest } from "./near-duplicates.ts";

/**
 * In which order members are taken.
 *
 * - `random`: a seeded order, uniform over the members: varied pairs.
 * - `nearest`: by `compareMembers`: what most models agree on first.
 */
export type SelectionStrategy = "random" | "nearest";

/** Which pairs to make of what was retrieved. */
export interface PairSelection {
  /** Every draw's seed is derived from it and the query's or the pair's id. */
  readonly seed: number;
  /** Most pairs for one query; all members by default, as the paper seems to do (not stated). */
  readonly targetsPerQuery?: number | undefined;
  /** Matters with `targetsPerQuery` only; `random` by default. */
  readonly targetStrategy?: SelectionStrategy | undefined;
  /** Mined negatives wanted for a pair besides the query image; 5 by default (paper §3.1). */
  readonly hardNegatives?: number | undefined;
  /** Pairs with fewer mined negatives are dropped, and counted; 0 by default. */
  readonly minimumHardNegatives?: number | undefined;
  /** How negatives are chosen; `random` by default. */
  readonly strategy?: SelectionStrategy | undefined;
  /** Relations whose evidence counts, for ablations; all by default. */
  readonly relations?: readonly string[] | undefined;
  /** Images to leave out in every part: query, target and negative. */
  readonly isExcluded?: ((imageId: string) => boolean) | undefined;
  /** See `selectPairs`; nothing is a near duplicate by default. */
  readonly nearDuplicates?: NearDuplicateTest | undefined;
}

/** A {@link PairSelection} with its defaults filled in. */
export interface CompleteSelection {
  readonly seed: number;
  readonly targetsPerQuery: number;
  readonly targetStrategy: SelectionStrategy;
  readonly hardNegatives: number;
  readonly minimumHardNegatives: number;
  readonly strategy: SelectionStrategy;
  readonly relations: ReadonlySet<string> | undefined;
  readonly isExcluded: (imageId: string) => boolean;
  readonly nearDuplicates: NearDuplicateTest;
}

/** Fills in the defaults. Throws `invalid-argument` on a setting out of range. */
export function completeSelection(selection: PairSelection): CompleteSelection {
  const {
    seed,
    targetsPerQuery = Infinity,
    hardNegatives = 5,
    minimumHardNegatives = 0,
  } = selection;
  if (!Number.isSafeInteger(seed)) {
    throw new MegaPairsError("invalid-argument", `seed is ${seed}; expected a whole number.`);
  }
  if (targetsPerQuery !== Infinity) checkCounts({ targetsPerQuery }, 1);
  checkCounts({ hardNegatives, minimumHardNegatives }, 0);
  if (minimumHardNegatives > hardNegatives) {
    throw new MegaPairsError(
      "invalid-argument",
      `minimumHardNegatives is ${minimumHardNegatives}; expected at most hardNegatives, ${hardNegatives}.`,
    );
  }
  return {
    seed,
    targetsPerQuery,
    targetStrategy: selection.targetStrategy ?? "random",
    hardNegatives,
    minimumHardNegatives,
    strategy: selection.strategy ?? "random",
    relations: selection.relations && new Set(selection.relations),
    isExcluded: selection.isExcluded ?? (() => false),
    nearDuplicates: selection.nearDuplicates ?? (() => false),
  };
}
