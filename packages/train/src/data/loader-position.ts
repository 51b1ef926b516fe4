import { MegaPairsError } from "@megapairs/spec";

/** Where a loader goes on: plain JSON, to be saved with the weights. */
export interface LoaderPosition {
  /** From 0. */
  readonly epoch: number;
  /** Samples of the epoch that were visited, skipped ones included: 0..count - 1. */
  readonly offset: number;
}

/** The position that many visits after the beginning. */
export function positionAfter(visits: number, count: number): LoaderPosition {
  return { epoch: Math.floor(visits / count), offset: visits % count };
}

/** Visits before a position. Throws `invalid-argument` where a set of that size has no such position. */
export function visitsBefore({ epoch, offset }: LoaderPosition, count: number): number {
  const isWhole = Number.isSafeInteger(epoch) && Number.isSafeInteger(offset);
  if (isWhole && epoch >= 0 && offset >= 0 && offset < count) return epoch * count + offset;
  throw new MegaPairsError(
    "invalid-argument",
    `found the position epoch ${epoch}, offset ${offset}, expected whole numbers from 0, the offset below ${count}`,
  );
}
