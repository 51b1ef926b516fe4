import { createHash } from "node:crypto";

import { MegaPairsError } from "@megapairs/spec";

/** Which order to make. */
export interface SampleOrderSettings {
  /** Samples in a set, at least 1. */
  readonly count: number;
  readonly seed: number;
  /** From 0: every epoch has its own order. */
  readonly epoch: number;
}

/** The order of one epoch. */
export interface SampleOrder {
  readonly count: number;
  /** The sample at a place from 0: each of 0..count - 1 at one place. */
  at(place: number): number;
}

/** More rounds than the four that a Feistel network needs to pass for random (Luby and Rackoff). */
const ROUNDS = 8;

/** Bits of half a number, at least: fewer leave too few permutations of a small set. */
const MIN_HALF_BITS = 4;

/**
 * A seeded order of any number of samples that takes no memory: a Feistel network permutes the
 * numbers below the next power of four, and a number outside the set is permuted on until it is
 * inside (cycle walking, Black and Rogaway 2002): on average less than four times.
 *
 * Depends on its settings alone. Throws `invalid-argument` unless they are whole numbers in range.
 */
export function sampleOrder({ count, seed, epoch }: SampleOrderSettings): SampleOrder {
  if (!Number.isSafeInteger(count) || count < 1 || count > 2 ** 48) {
    throw new MegaPairsError("invalid-argument", `count is ${count}, expected 1..2^48`);
  }
  for (const [name, value] of Object.entries({ seed, epoch })) {
    if (Number.isSafeInteger(value) && (name === "seed" || value >= 0)) continue;
    throw new MegaPairsError("invalid-argument", `${name} is ${value}, expected a whole number`);
  }
  const halfBits = Math.max(MIN_HALF_BITS, Math.ceil(Math.log2(count) / 2));
  const half = 2 ** halfBits;
  const keys = roundKeys(seed, epoch);

  function permute(value: number): number {
    let left = Math.floor(value / half);
    let right = value % half;
    for (const key of keys) [left, right] = [right, left ^ (mix(right ^ key) & (half - 1))];
    return left * half + right;
  }

  return {
    count,
    at(place) {
      if (!Number.isSafeInteger(place) || place < 0 || place >= count) {
        throw new MegaPairsError(
          "invalid-argument",
          `place is ${place}, expected a whole number in 0..${count - 1}`,
        );
      }
      let value = permute(place);
      while (value >= count) value = permute(value);
      return value;
    },
  };
}

function roundKeys(seed: number, epoch: number): readonly number[] {
  const digest = createHash("sha256")
    .update(JSON.stringify(["sample order", seed, epoch]))
    .digest();
  return Array.from({ length: ROUNDS }, (_, round) => digest.readInt32LE(round * 4));
}

/** The finaliser of MurmurHash3: every bit of 32 depends on every other. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
