import { createHash } from "node:crypto";
import type { TripletSubject } from "./demo-plan.ts";
import type { MinedTriplet } from "./mined-triplets.ts";

/** Which triplets, with what. */
export type Selection = Pick<TripletSubject, "relations" | "instructions"> & {
  /** Most pairs. */
  readonly count: number;
  readonly seed: number;
};

/**
 * The triplets of a selection, in the order of the dataset, with the hard negatives that they have
 * there. Fewer pairs of a seed are among more pairs of it.
 */
export function selectTriplets(
  all: readonly MinedTriplet[],
  { relations, count, instructions, seed }: Selection,
): readonly MinedTriplet[] {
  const found = foundBy(all, relations);
  const order = new Map(found.map(({ pair }) => [pair, hash(seed, pair)]));
  const kept = new Set(
    [...order.keys()]
      .toSorted((one, other) => (order.get(one)! < order.get(other)! ? -1 : 1))
      .slice(0, count),
  );
  return found
    .filter(({ pair }) => kept.has(pair))
    .map((triplet) => {
      return { ...triplet, instructions: triplet.instructions.slice(0, instructions) };
    });
}

/** The triplets that one of some relations found; all of them where none are named. */
export function foundBy(
  all: readonly MinedTriplet[],
  relations: TripletSubject["relations"],
): readonly MinedTriplet[] {
  if (relations === undefined) return all;
  return all.filter((triplet) => triplet.relations.some((one) => relations.includes(one)));
}

function hash(seed: number, pair: string): string {
  return createHash("sha256").update(`${seed}:${pair}`).digest("hex");
}
