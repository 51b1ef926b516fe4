import { MegaPairsError } from "@megapairs/spec";

/** Throws `invalid-argument` unless every named value is a whole number from `minimum`. */
export function checkCounts(counts: Readonly<Record<string, number>>, minimum: number): void {
  for (const [name, value] of Object.entries(counts)) {
    if (Number.isSafeInteger(value) && value >= minimum) continue;
    throw new MegaPairsError(
      "invalid-argument",
      `${name} is ${value}; expected a whole number from ${minimum}.`,
    );
  }
}
