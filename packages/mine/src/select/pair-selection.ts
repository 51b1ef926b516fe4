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
  /** In which order negatives are taken; `random` by default. */
  readonly strategy?: SelectionStrategy | undefined;
  /**
   * Takes only negatives that are less like the query than the target is: under every relation that
   * found both, and at least one did, by this much cosine or more. The further, the less likely a
   * negative answers the instruction too. 0 still asks for no more than the target's score; none is
   * asked by default.
   */
  readonly negativeMargin?: number | undefined;
  /** Takes only negatives whose best rank in any relation lies in this range, ends included. */
  readonly negativeRanks?: readonly [first: number, last: number] | undefined;
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
  readonly negativeMargin: number | undefined;
  readonly negativeRanks: readonly [first: number, last: number];
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
    negativeMargin,
    negativeRanks = [1, Infinity],
  } = selection;
  if (!Number.isSafeInteger(seed)) throw invalid(`seed is ${seed}; expected a whole number.`);
  if (targetsPerQuery !== Infinity) checkCounts({ targetsPerQuery }, 1);
  checkCounts({ hardNegatives, minimumHardNegatives }, 0);
  if (minimumHardNegatives > hardNegatives) {
    throw invalid(
      `minimumHardNegatives is ${minimumHardNegatives}; expected at most hardNegatives, ${hardNegatives}.`,
    );
  }
  if (negativeMargin !== undefined && !(negativeMargin >= 0 && negativeMargin <= 2)) {
    throw invalid(`negativeMargin is ${negativeMargin}; expected a difference of cosines, 0 to 2.`);
  }
  const [first, last] = negativeRanks;
  if (!(Number.isSafeInteger(first) && first >= 1 && last >= first)) {
    throw invalid(
      `negativeRanks are ${first} to ${last}; expected whole numbers from 1, ascending.`,
    );
  }
  return {
    seed,
    targetsPerQuery,
    targetStrategy: selection.targetStrategy ?? "random",
    hardNegatives,
    minimumHardNegatives,
    strategy: selection.strategy ?? "random",
    negativeMargin,
    negativeRanks,
    relations: selection.relations && new Set(selection.relations),
    isExcluded: selection.isExcluded ?? (() => false),
    nearDuplicates: selection.nearDuplicates ?? (() => false),
  };
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
