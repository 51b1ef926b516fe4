import { MegaPairsError } from "@megapairs/spec";

/** Throws `invalid-argument` unless `k` is a whole number from 1. */
export function checkDepth(k: number): void {
  if (Number.isSafeInteger(k) && k >= 1) return;
  throw new MegaPairsError("invalid-argument", `k is ${k}; expected a whole number from 1.`);
}
