import * as fc from "fast-check";
import type { RetrievedSet } from "@megapairs/mine";

/** The set of a query whose members were found by I, in this order. */
export function setOf(queryId: string, ...ids: readonly string[]): RetrievedSet {
  const members = ids.map((id, place) => ({
    id,
    evidence: [{ relation: "I", score: 0.9, rank: place + 1 }],
  }));
  return { queryId, members };
}

/** Up to a dozen queries `q0`, `q1`, … that share members out of few: hubs are common. */
export const crowdedSets: fc.Arbitrary<RetrievedSet[]> = fc
  .array(fc.uniqueArray(fc.constantFrom(..."abcdefgh".split("")), { maxLength: 8 }), {
    maxLength: 12,
  })
  .map((lists) => lists.map((ids, query) => setOf(`q${query}`, ...ids.toSorted())));
