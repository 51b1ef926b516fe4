import { describe, expect, it } from "vitest";
import { createNearDuplicateTest } from "@megapairs/mine";
import type { NearDuplicateRecord } from "@megapairs/spec";

function listed(
  imageId: string,
  relation: string,
  ids: string[],
  total = ids.length,
): NearDuplicateRecord {
  return { imageId, relation, nearDuplicateIds: ids, total };
}

describe("createNearDuplicateTest", () => {
  it("holds in both directions and across relations", () => {
    const test = createNearDuplicateTest([listed("a", "I", ["b"]), listed("a", "D", ["c"])]);
    expect([test("a", "b"), test("b", "a"), test("c", "a")]).toEqual([true, true, true]);
    expect([test("b", "c"), test("a", "d"), test("d", "e")]).toEqual([false, false, false]);
  });

  it("takes two cut lists with a common entry for one group of copies", () => {
    const test = createNearDuplicateTest([
      listed("x", "I", ["a", "b"], 9),
      listed("y", "I", ["a", "c"], 8),
      listed("z", "I", ["a", "c"], 2),
      listed("w", "D", ["a", "c"], 8),
    ]);
    expect(test("x", "y")).toBe(true);
    expect(test("y", "x")).toBe(true);
    expect(test("x", "z")).toBe(false);
    expect(test("x", "w")).toBe(false);
  });

  it("refuses two records of one image and relation", () => {
    expect(() =>
      createNearDuplicateTest([listed("a", "I", ["b"]), listed("a", "I", ["c"])]),
    ).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: "Two near-duplicate records for image a under I; expected one.",
      }),
    );
  });
});
