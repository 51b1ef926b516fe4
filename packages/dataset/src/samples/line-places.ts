import { createNumberList } from "./number-list.ts";
import type { NumberList } from "./number-list.ts";

/** Where a line starts. */
interface LinePlace {
  /** Byte offset of its first byte. */
  readonly offset: number;
  /** From 1; lines that are not indexed count. */
  readonly number: number;
}

/** Where the lines of a file start, by their place among those that were added. */
export interface LinePlaces {
  readonly count: number;
  /** Adds a line; offsets and numbers ascend. */
  add(place: LinePlace): void;
  /** Undefined beyond the end. */
  at(index: number): LinePlace | undefined;
}

const LOW = 2 ** 32;

/**
 * Creates {@link LinePlaces}: four bytes a line, and eight more for one that follows lines that
 * were not added. 26 million lines take 104 MB.
 */
export function createLinePlaces(): LinePlaces {
  const lowOffsets = createNumberList();
  /** For each multiple of 2^32, the first line at or after it. */
  const carries: number[] = [];
  /** Lines that come after gaps, and how many lines are left out before each. */
  const gapLines = createNumberList();
  const gapTotals = createNumberList();

  return {
    get count() {
      return lowOffsets.length;
    },
    add({ offset, number }) {
      const index = lowOffsets.length;
      while (offset >= (carries.length + 1) * LOW) carries.push(index);
      const leftOut = number - 1 - index;
      if (leftOut !== (gapTotals.at(gapTotals.length - 1) ?? 0)) {
        gapLines.push(index);
        gapTotals.push(leftOut);
      }
      lowOffsets.push(offset % LOW);
    },
    at(index) {
      const low = lowOffsets.at(index);
      if (low === undefined) return undefined;
      const offset = carries.filter((first) => first <= index).length * LOW + low;
      const leftOut = gapTotals.at(countUpTo(gapLines, index) - 1) ?? 0;
      return { offset, number: index + 1 + leftOut };
    },
  };
}

/** How many numbers of an ascending list are at most `limit`. */
function countUpTo(ascending: NumberList, limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (ascending.at(middle)! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
