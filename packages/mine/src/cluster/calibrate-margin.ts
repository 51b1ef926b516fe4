import type { VectorStore } from "../join/vector-store.ts";
import type { ExactSample } from "./join-sample.ts";
import { recallOf } from "./recall-of.ts";
import type { RowLists } from "./row-lists.ts";

/** Options of {@link calibrateMargin}. */
export interface CalibrateMarginOptions {
  readonly store: VectorStore;
  readonly lists: RowLists;
  /** By list: those that its rows may look into. */
  readonly near: readonly Int32Array[];
  readonly sample: ExactSample;
  /** Share of neighbours to find. */
  readonly recall: number;
}

/**
 * The least margin with which lists hold enough of the sample's neighbours, near duplicates too: a
 * row looks into lists whose centre is less similar to it than that of its own by the margin at most.
 * For the recall to hold beyond the sample, its interval's low end has to reach the target.
 *
 * Undefined where no margin does: too few lists are near.
 */
export async function calibrateMargin(
  options: CalibrateMarginOptions,
): Promise<number | undefined> {
  const { sample, recall } = options;
  const vectors = await readVectors(options);
  const needed = (lists: readonly Int32Array[]): Float64Array[] =>
    lists.map((rows, place) =>
      Float64Array.from(rows, (row) => marginOf(options, vectors, sample.queries[place]!, row)),
    );
  const neighbours = needed(sample.neighbours);
  const nearDuplicates = needed(sample.nearDuplicates);
  const holds = (margin: number): boolean =>
    (recallWithin(neighbours, margin)?.low ?? 1) >= recall &&
    (recallWithin(nearDuplicates, margin)?.recall ?? 1) >= recall;
  const margins = Float64Array.from([...neighbours, ...nearDuplicates].flatMap((of) => [...of]))
    .filter((margin) => margin < Infinity)
    .toSorted();
  let low = 0;
  let high = margins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(margins[middle]!)) high = middle;
    else low = middle + 1;
  }
  const least = margins[low];
  return least === undefined ? undefined : Math.max(0, least);
}

/** The vectors of all rows that the sample speaks of, by row. */
async function readVectors({
  store,
  sample: { queries, neighbours, nearDuplicates },
}: CalibrateMarginOptions): Promise<ReadonlyMap<number, Float32Array>> {
  const rows = new Set(queries);
  for (const list of [...neighbours, ...nearDuplicates]) for (const row of list) rows.add(row);
  const ascending = Int32Array.from(rows).toSorted();
  const { dimensions } = store;
  const vectors = new Float32Array(ascending.length * dimensions);
  await store.load({ rows: ascending, into: vectors });
  return new Map(
    Array.from(ascending, (row, place) => [
      row,
      vectors.subarray(place * dimensions, (place + 1) * dimensions),
    ]),
  );
}

/** The least margin at which one of the two looks into the other's list. */
function marginOf(
  { lists, near }: CalibrateMarginOptions,
  vectors: ReadonlyMap<number, Float32Array>,
  first: number,
  second: number,
): number {
  const [from, to] = [lists.listOf[first]!, lists.listOf[second]!];
  if (from === to) return -Infinity;
  const look = (row: number, own: number, other: number): number =>
    near[own]!.includes(other)
      ? cosine(vectors.get(row)!, lists.centres, own) -
        cosine(vectors.get(row)!, lists.centres, other)
      : Infinity;
  return Math.min(look(first, from, to), look(second, to, from));
}

function cosine(vector: Float32Array, centres: Float32Array, list: number): number {
  const start = list * vector.length;
  let sum = 0;
  for (let column = 0; column < vector.length; column += 1) {
    sum += vector[column]! * centres[start + column]!;
  }
  return sum;
}

function recallWithin(
  needed: readonly Float64Array[],
  margin: number,
): ReturnType<typeof recallOf> {
  return recallOf(
    needed.map((margins) => {
      let found = 0;
      for (const one of margins) if (one <= margin) found += 1;
      return { found, total: margins.length };
    }),
  );
}
