import { hash } from "node:crypto";

import { TAR_BLOCK } from "../corpus/tar-header.ts";
import { createNumberList } from "./number-list.ts";

/** Where a member of a set of archives starts. */
export interface MemberPlace {
  /** Place of the archive in its list. */
  readonly archive: number;
  /** Byte offset of the member's first header block. */
  readonly offset: number;
}

/** Where the members of archives are, by their paths, without the paths. */
export interface ArchiveIndex {
  /** Paths added, each once. */
  readonly size: number;
  /** Adds a member; false, and nothing is added, for a path that is there. */
  add(path: string, place: MemberPlace): boolean;
  /** Where a path is, if it is anywhere: the member found there may, very rarely, have another. */
  find(path: string): MemberPlace | undefined;
}

/** Largest archive, in bytes: offsets are kept as numbers of blocks, in 32 bits. 2 TiB. */
export const MAX_INDEXED_BYTES: number = 2 ** 32 * TAR_BLOCK;

/** Share of the slots that may be taken: more make long searches. */
const MAX_LOAD = 0.75;

const GROWTH = 1.5;

/**
 * Creates an {@link ArchiveIndex}: a hash table with open addressing over typed arrays, 22 to 24
 * bytes a member, so that 20 million take less than half a gigabyte.
 *
 * A key is the first 64 bits of a path's SHA-256: among 20 million paths two share one with a
 * probability of 1e-5, and nobody can make many that do. Whoever reads a member compares its name.
 */
export function createArchiveIndex(): ArchiveIndex {
  const high = createNumberList();
  const low = createNumberList();
  const archives = createNumberList();
  const blocks = createNumberList();
  /** For each slot, the place of a member in the lists plus 1; 0 for a free one. */
  let slots = new Uint32Array(1024);

  /** The slot of a key, or the free one where it would be. */
  function slotOf(keyHigh: number, keyLow: number): number {
    let slot = Math.floor((keyHigh / 2 ** 32) * slots.length);
    for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
      if (high.at(entry - 1) === keyHigh && low.at(entry - 1) === keyLow) break;
      slot = slot + 1 === slots.length ? 0 : slot + 1;
    }
    return slot;
  }

  function grow(): void {
    slots = new Uint32Array(Math.ceil(slots.length * GROWTH));
    for (let entry = 0; entry < high.length; entry += 1) {
      slots[slotOf(high.at(entry)!, low.at(entry)!)] = entry + 1;
    }
  }

  return {
    get size() {
      return high.length;
    },
    add(path, { archive, offset }) {
      const key = keyOf(path);
      const slot = slotOf(key.high, key.low);
      if (slots[slot] !== 0) return false;
      high.push(key.high);
      low.push(key.low);
      archives.push(archive);
      blocks.push(offset / TAR_BLOCK);
      slots[slot] = high.length;
      if (high.length > slots.length * MAX_LOAD) grow();
      return true;
    },
    find(path) {
      const key = keyOf(path);
      const entry = slots[slotOf(key.high, key.low)]!;
      if (entry === 0) return undefined;
      return {
        archive: archives.at(entry - 1)!,
        offset: blocks.at(entry - 1)! * TAR_BLOCK,
      };
    },
  };
}

function keyOf(path: string): { readonly high: number; readonly low: number } {
  const digest = hash("sha256", path, "buffer");
  return { high: digest.readUInt32LE(0), low: digest.readUInt32LE(4) };
}
