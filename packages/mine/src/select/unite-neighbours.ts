import type { NeighbourRecord } from "@megapairs/spec";
import { mergeNeighbours } from "./merge-neighbours.ts";
import type { RetrievedSet } from "./merge-neighbours.ts";

/**
 * {@link mergeNeighbours} of whole joins, one query at a time, in ascending query order: each list is
 * one relation's, by ascending query id. Holds one record of each.
 */
export function* uniteNeighbours(
  lists: readonly Iterable<NeighbourRecord>[],
): Generator<RetrievedSet> {
  const heads = lists.map((list) => {
    const records = list[Symbol.iterator]();
    return { records, result: records.next() };
  });
  for (;;) {
    let queryId: string | undefined;
    for (const { result } of heads) {
      if (result.done === true) continue;
      if (queryId === undefined || result.value.queryId < queryId) queryId = result.value.queryId;
    }
    if (queryId === undefined) return;
    const records: NeighbourRecord[] = [];
    for (const head of heads) {
      while (head.result.done !== true && head.result.value.queryId === queryId) {
        records.push(head.result.value);
        head.result = head.records.next();
      }
    }
    yield* mergeNeighbours(records);
  }
}
