import { MegaPairsError } from "@megapairs/spec";
import type { NearDuplicateRecord } from "@megapairs/spec";

/** Says whether two images are near duplicates of one another. Symmetric. */
export type NearDuplicateTest = (firstId: string, secondId: string) => boolean;

/**
 * Looks near duplicates up across relations: two images are, as soon as one record says so, in
 * either direction. That is deliberate: a picture that D calls a copy stays a copy when T puts it
 * in its band.
 *
 * Lists that were cut would let pairs out of a large group of copies slip through. All its members
 * list the same best few, so two images with cut lists under one relation that share an entry count
 * as near duplicates too.
 *
 * Throws `invalid-argument` on two records of one image and relation.
 */
export function createNearDuplicateTest(records: Iterable<NearDuplicateRecord>): NearDuplicateTest {
  const byImage = new Map<string, Map<string, Listing>>();
  for (const { imageId, relation, nearDuplicateIds, total } of records) {
    const listings = byImage.get(imageId) ?? new Map<string, Listing>();
    if (listings.has(relation)) {
      throw new MegaPairsError(
        "invalid-argument",
        `Two near-duplicate records for image ${imageId} under ${relation}; expected one.`,
      );
    }
    listings.set(relation, {
      ids: new Set(nearDuplicateIds),
      cut: total > nearDuplicateIds.length,
    });
    byImage.set(imageId, listings);
  }

  const lists = (firstId: string, secondId: string): boolean => {
    for (const listing of byImage.get(firstId)?.values() ?? []) {
      if (listing.ids.has(secondId)) return true;
    }
    return false;
  };
  const shareCutGroup = (firstId: string, secondId: string): boolean => {
    for (const [relation, first] of byImage.get(firstId) ?? []) {
      const second = byImage.get(secondId)?.get(relation);
      if (!first.cut || second?.cut !== true) continue;
      for (const id of first.ids) if (second.ids.has(id)) return true;
    }
    return false;
  };
  return (firstId, secondId) =>
    lists(firstId, secondId) || lists(secondId, firstId) || shareCutGroup(firstId, secondId);
}

interface Listing {
  readonly ids: ReadonlySet<string>;
  readonly cut: boolean;
}
