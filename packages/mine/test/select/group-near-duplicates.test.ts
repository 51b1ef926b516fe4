import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupNearDuplicates } from "@megapairs/mine";
import type { NearDuplicateGroup } from "@megapairs/mine";
import type { NearDuplicateRecord } from "@megapairs/spec";

function listed(imageId: string, ...nearDuplicateIds: readonly string[]): NearDuplicateRecord {
  return { imageId, relation: "I", nearDuplicateIds, total: nearDuplicateIds.length };
}

const images = "abcdefghij".split("");
const links = fc.array(fc.tuple(fc.constantFrom(...images), fc.constantFrom(...images)), {
  maxLength: 12,
});

/** Spreads labels along links until nothing changes. */
function slowGroups(pairs: readonly (readonly [string, string])[]): NearDuplicateGroup[] {
  const labels = new Map(images.map((id) => [id, id]));
  for (let turn = 0; turn < images.length; turn += 1) {
    for (const [first, second] of pairs) {
      const low = [labels.get(first)!, labels.get(second)!].toSorted()[0]!;
      labels.set(first, low).set(second, low);
    }
  }
  return images.flatMap((representativeId) => {
    const duplicateIds = images.filter(
      (id) => id !== representativeId && labels.get(id) === representativeId,
    );
    return duplicateIds.length === 0 ? [] : [{ representativeId, duplicateIds }];
  });
}

describe("groupNearDuplicates", () => {
  it("gives the connected components, in whatever order and direction they are listed", () => {
    fc.assert(
      fc.property(links, (pairs) => {
        const records = pairs.map(([first, second]) => listed(first, second));
        const groups = groupNearDuplicates({ records });
        expect(groups).toEqual(slowGroups(pairs));
        const turned = pairs.map(([first, second]) => listed(second, first)).toReversed();
        expect(groupNearDuplicates({ records: turned })).toEqual(groups);
      }),
    );
  });

  it("keeps the preferred one, of equals the one of the lowest id", () => {
    const records = [listed("a", "b"), listed("c", "b"), listed("x", "y")];
    const pixels: Record<string, number> = { a: 1, b: 4, c: 4, x: 2, y: 2 };
    const prefer = (first: string, second: string): number => pixels[second]! - pixels[first]!;
    expect(groupNearDuplicates({ records, prefer })).toEqual([
      { representativeId: "b", duplicateIds: ["a", "c"] },
      { representativeId: "x", duplicateIds: ["y"] },
    ]);
  });

  it("puts a group whose lists were cut together again", () => {
    const ids = Array.from({ length: 50 }, (_, index) => `i${String(index).padStart(2, "0")}`);
    const records = ids.map((id) => listed(id, ...ids.slice(0, 3).filter((other) => other !== id)));
    expect(groupNearDuplicates({ records })).toEqual([
      { representativeId: "i00", duplicateIds: ids.slice(1) },
    ]);
  });
});
