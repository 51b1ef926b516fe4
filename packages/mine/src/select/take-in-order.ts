import { seededOrder } from "../seeded-order.ts";
import type { RetrievedMember } from "./merge-neighbours.ts";
import type { SelectionStrategy } from "./pair-selection.ts";

/** Members in the order in which a strategy takes them, out of those ranked best first. */
export function takeInOrder(
  ranked: readonly RetrievedMember[],
  strategy: SelectionStrategy,
  seed: number,
): Iterable<RetrievedMember> {
  return strategy === "random" ? seededOrder(ranked, seed) : ranked;
}
