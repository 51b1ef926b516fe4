import { MegaPairsError } from "@megapairs/spec";

/** The setting `maxBatch`, 32 unless given: 32 pictures of 224 x 224 are 19 MB of float32. */
export function checkMaxBatch(maxBatch = 32): number {
  if (Number.isInteger(maxBatch) && maxBatch > 0) return maxBatch;
  throw new MegaPairsError(
    "invalid-argument",
    `maxBatch must be a whole number of at least 1, found ${maxBatch}`,
  );
}
