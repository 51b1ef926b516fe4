import { MegaPairsError } from "@megapairs/spec";

/** Throws `invalid-argument` unless every named value is a whole number from 1. */
export function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new MegaPairsError(
      "invalid-argument",
      `${name} is ${value}; expected a whole number from 1.`,
    );
  }
}
