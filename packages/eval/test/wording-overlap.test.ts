import { wordingOverlap } from "@megapairs/eval";
import { describe, expect, it } from "vitest";

describe("wordingOverlap", () => {
  it("takes what both must say as blanks, longer phrases first", () => {
    const overlap = wordingOverlap({
      asked: ["Make it a plus sign, please!", "make it a ring please", "paint it teal"],
      known: ["Make it a cross please.", "A teal one"],
      blanks: ["cross", "plus sign", "plus", "ring", "teal"],
    });
    expect(overlap.texts).toBe(0);
    expect(overlap.templates).toBe(1 / 2);
    expect(overlap.askedTemplates).toBe(2);
    expect(overlap.knownTemplates).toBe(2);
    // make, it, a, please, paint: all but the last are known.
    expect(overlap.runs[0]).toBe(4 / 5);
    // make it, it a, a _, _ please, paint it, it _.
    expect(overlap.runs[1]).toBeCloseTo(4 / 6);
    expect(overlap.runs).toHaveLength(4);
  });

  it("knows a text that was trained on by its words", () => {
    const overlap = wordingOverlap({ asked: ["Show me THIS one"], known: ["show me this one."] });
    expect(overlap).toMatchObject({ texts: 1, templates: 1, runs: [1, 1, 1, 1] });
  });

  it("refuses nothing to compare and lengths that are none", () => {
    expect(() => wordingOverlap({ asked: [], known: ["a"] })).toThrow("no texts");
    expect(() => wordingOverlap({ asked: ["a"], known: ["a"], longest: 0 })).toThrow(
      "longest is 0",
    );
  });
});
