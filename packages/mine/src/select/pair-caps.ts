import { MegaPairsError } from "@megapairs/spec";
import { checkCounts } from "../check-count.ts";

/** How many pairs may have something in common, over all queries. */
export interface PairCaps {
  /** Most pairs that one image is the target of: keeps hubs from being everybody's target. */
  readonly queriesPerTarget?: number | undefined;
  /** Most pairs whose query is of one group: keeps a large cluster from being most of the data. */
  readonly pairsPerGroup?: number | undefined;
  /** The group of a query image: a cluster, a label, a folder; undefined is under no cap. */
  readonly groupOf?: ((imageId: string) => string | undefined) | undefined;
}

/** One cap: pairs with the same key share it. */
export interface PairCap {
  readonly most: number;
  /** Undefined: the pair is under no cap. */
  readonly keyOf: (queryId: string, targetId: string) => string | undefined;
}

/** The caps that are set. Throws `invalid-argument` on one below 1, or on groups without their cap. */
export function capsOf({ queriesPerTarget, pairsPerGroup, groupOf }: PairCaps): PairCap[] {
  if ((pairsPerGroup === undefined) !== (groupOf === undefined)) {
    throw new MegaPairsError(
      "invalid-argument",
      `pairsPerGroup is ${pairsPerGroup} and groupOf is ${groupOf && "given"}; expected both or none.`,
    );
  }
  const caps: PairCap[] = [];
  if (queriesPerTarget !== undefined) {
    checkCounts({ queriesPerTarget }, 1);
    caps.push({ most: queriesPerTarget, keyOf: (_queryId, targetId) => targetId });
  }
  if (pairsPerGroup !== undefined && groupOf !== undefined) {
    checkCounts({ pairsPerGroup }, 1);
    caps.push({ most: pairsPerGroup, keyOf: (queryId) => groupOf(queryId) });
  }
  return caps;
}
