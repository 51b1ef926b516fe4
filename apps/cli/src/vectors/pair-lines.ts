import { mergeNeighbours, selectPairs } from "@megapairs/mine";
import type { RetrievedSet, SelectionCounts, SelectionPlan, SelfJoinResult } from "@megapairs/mine";
import type { PairRecord } from "@megapairs/spec";
import type { ImageRows } from "./image-rows.ts";

/** Pairs of a corpus of vectors, to be written line by line. */
export interface PairLinesOptions {
  /** Of each relation, over all images. */
  readonly joins: readonly Pick<SelfJoinResult, "neighbours">[];
  readonly selection: SelectionPlan["selection"];
  readonly images: ImageRows;
  /** Takes what was selected so far, after each part. */
  readonly onCounts: (counts: SelectionCounts) => void;
}

/** Queries whose pairs are made together. */
const QUERIES = 256;

/** One JSON line for each pair, in the order of the rows. */
export function* pairLines(options: PairLinesOptions): Generator<string> {
  const { joins, selection, images, onCounts } = options;
  const { order, nameOf, rowOf } = images;
  const placeOf = new Uint32Array(order.length);
  for (const [place, row] of order.entries()) placeOf[row] = place;
  for (let start = 0; start < order.length; start += QUERIES) {
    const retrievedSets: RetrievedSet[] = [];
    for (let row = start; row < Math.min(start + QUERIES, order.length); row += 1) {
      const records = joins.map(({ neighbours }) => neighbours.at(placeOf[row]!)!);
      retrievedSets.push(...mergeNeighbours(records));
    }
    const { pairs, counts } = selectPairs({ ...selection, retrievedSets });
    onCounts(counts);
    const byRow = pairs.toSorted(
      (a, b) => rowOf(a.queryId) - rowOf(b.queryId) || rowOf(a.targetId) - rowOf(b.targetId),
    );
    yield byRow.map((pair) => line(pair, nameOf)).join("");
  }
}

function line(pair: PairRecord, nameOf: (id: string) => string): string {
  const { queryId, targetId, evidence, hardNegativeIds } = pair;
  const content = {
    query: nameOf(queryId),
    target: nameOf(targetId),
    relations: evidence,
    hardNegatives: hardNegativeIds.map(nameOf),
  };
  return `${JSON.stringify(content)}\n`;
}
