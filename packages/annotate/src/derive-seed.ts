import { createHash } from "node:crypto";
import { MegaPairsError } from "@megapairs/spec";

/**
 * A seed of its own for each use and each pair, from the run's seed: an integer in [0, 2^30), so
 * that `seed + 2` still fits the signed 32 bits that servers read.
 *
 * It depends on stable names alone, never on the order of arrival. Sending one and the same seed
 * for every pair would make servers draw the same noise for the first token of every answer, and
 * the answers would begin alike.
 */
export function deriveSeed(seed: number, ...names: readonly string[]): number {
  if (!Number.isSafeInteger(seed)) {
    throw new MegaPairsError("invalid-argument", `seed is ${seed}, expected a whole number`);
  }
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, ...names]))
    .digest();
  return digest.readUInt32BE(0) >>> 2;
}
