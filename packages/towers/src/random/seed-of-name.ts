import { createHash } from "node:crypto";

/** A seed for one of many named things, from the seed of all: an int32 that no order changes. */
export function seedOfName(seed: number, name: string): number {
  return createHash("sha256").update(`${seed}\u0000${name}`).digest().readInt32LE();
}
