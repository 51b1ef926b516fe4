import { createHash } from "node:crypto";

/**
 * A seed of its own for one use: the first 32 bits of the SHA-256 of the parent seed and stable
 * names (a purpose, a pair id). So a draw depends on what it is for, never on what was drawn before.
 */
export function deriveSeed(seed: number, ...names: readonly string[]): number {
  return createHash("sha256")
    .update(JSON.stringify([seed, ...names]))
    .digest()
    .readInt32BE();
}
