import type { NearDuplicateRecord } from "@megapairs/spec";

/** Images that are near duplicates of one another, at once or through others of the group. */
export interface NearDuplicateGroup {
  /** The one that is kept when a corpus is thinned. */
  readonly representativeId: string;
  /** The others, at least one, in ascending order. */
  readonly duplicateIds: readonly string[];
}

/** Options of {@link groupNearDuplicates}. */
export interface GroupNearDuplicatesOptions {
  /** From any relations, in any order; equal ids are one image. */
  readonly records: Iterable<NearDuplicateRecord>;
  /**
   * Which of two images to keep, negative for the first: more pixels, a caption. Ids decide what it
   * leaves open, and all of it by default: the lowest stays.
   */
  readonly prefer?: ((firstId: string, secondId: string) => number) | undefined;
}

/**
 * Groups of near duplicates over all relations: the connected components of "is listed as near
 * duplicate", by union-find. Lists that the join cut are no loss: all of a large group share their
 * entries. A chain of small differences makes one group of images whose ends differ: raise the band's
 * upper bound where that hurts.
 *
 * Groups come by ascending lowest id, whatever the order of the records.
 */
export function groupNearDuplicates({
  records,
  prefer = () => 0,
}: GroupNearDuplicatesOptions): NearDuplicateGroup[] {
  const parents = new Map<string, string>();
  const rootOf = (id: string): string => {
    let root = id;
    for (let parent = parents.get(root); parent !== undefined && parent !== root;) {
      root = parent;
      parent = parents.get(root);
    }
    for (let step = id; step !== root;) {
      const next = parents.get(step) ?? root;
      parents.set(step, root);
      step = next;
    }
    return root;
  };
  for (const { imageId, nearDuplicateIds } of records) {
    let root = rootOf(imageId);
    for (const id of nearDuplicateIds) {
      const other = rootOf(id);
      const [low, high] = other < root ? [other, root] : [root, other];
      parents.set(low, low);
      parents.set(high, low);
      root = low;
    }
  }
  const groups = new Map<string, string[]>();
  for (const id of [...parents.keys()].toSorted()) {
    const lowest = rootOf(id);
    const members = groups.get(lowest);
    if (members === undefined) groups.set(lowest, [id]);
    else members.push(id);
  }
  return [...groups.values()]
    .filter((members) => members.length > 1)
    .map((members) => {
      // Members ascend, and of equally good ones the first stays.
      const representativeId = members.reduce((best, id) => (prefer(id, best) < 0 ? id : best));
      return {
        representativeId,
        duplicateIds: members.filter((id) => id !== representativeId),
      };
    });
}
