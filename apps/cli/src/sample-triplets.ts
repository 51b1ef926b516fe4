import { createHash } from "node:crypto";
import type { RunDatabase } from "@megapairs/dataset";
import type { TripletRecord } from "@megapairs/spec";

/**
 * `count` triplets to look at, of different query images as far as there are that many: those whose
 * hash with the seed is lowest, so that the same run and seed show the same ones.
 */
export async function sampleTriplets(
  database: RunDatabase,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<TripletRecord[]> {
  const lowest = new Map<string, { readonly hash: string; readonly triplet: TripletRecord }>();
  let bound = "~";
  for await (const triplet of database.readTriplets()) {
    const hash = createHash("sha256").update(`${seed}:${triplet.id}`).digest("hex");
    const known = lowest.get(triplet.queryId);
    if (hash >= (known?.hash ?? bound)) continue;
    lowest.set(triplet.queryId, { hash, triplet });
    if (lowest.size <= count) continue;
    const ranked = [...lowest].toSorted(([, a], [, b]) => (a.hash < b.hash ? -1 : 1));
    lowest.delete(ranked.at(-1)![0]);
    bound = ranked.at(-2)![1].hash;
  }
  return [...lowest.values()]
    .toSorted((a, b) => (a.hash < b.hash ? -1 : 1))
    .map(({ triplet }) => triplet);
}
