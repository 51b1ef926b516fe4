import {
  averagePrecisionAtK,
  detectCollapse,
  ndcgAtK,
  precisionAt1,
  recallAtK,
  reciprocalRank,
  subsetRecallAtK,
} from "@megapairs/eval";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const ranking = ["a", "b", "c", "d", "e"];

describe("recall", () => {
  it("is a hit within k", () => {
    expect([1, 2, 3].map((k) => recallAtK(ranking, new Map([["b", 1]]), k))).toEqual([0, 1, 1]);
  });

  it("is the best gain of soft targets, never below 0", () => {
    const targets = new Map([
      ["a", -1],
      ["c", 0.5],
      ["d", 1],
    ]);
    expect([1, 3, 4].map((k) => recallAtK(ranking, targets, k))).toEqual([0, 0.5, 1]);
  });

  it("ranks only the members of a subset", () => {
    const targets = new Map([["d", 1]]);
    expect([1, 2].map((k) => subsetRecallAtK(ranking, ["b", "d", "x"], targets, k))).toEqual([
      0, 1,
    ]);
  });
});

describe("average precision", () => {
  it("divides by the fewer of ground truths and k", () => {
    expect(averagePrecisionAtK(ranking, new Set(["a", "c", "x"]), 5)).toBe((1 + 2 / 3) / 3);
    expect(averagePrecisionAtK(ranking, new Set(["a", "c", "x"]), 2)).toBe(1 / 2);
    expect(averagePrecisionAtK(ranking, new Set(["b"]), 5)).toBe(1 / 2);
  });

  it("is what a slow count of precisions says, and 1 for ground truths first", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(30).map(String), { minLength: 1 }),
        fc.uniqueArray(fc.nat(30).map(String), { minLength: 1 }),
        fc.integer({ min: 1, max: 40 }),
        (list, truths, k) => {
          const slow = list
            .slice(0, k)
            .map((id, index) =>
              truths.includes(id)
                ? list.slice(0, index + 1).filter((one) => truths.includes(one)).length /
                  (index + 1)
                : 0,
            )
            .reduce((sum, value) => sum + value, 0);
          expect(averagePrecisionAtK(list, new Set(truths), k)).toBeCloseTo(
            slow / Math.min(truths.length, k),
            12,
          );
          expect(averagePrecisionAtK(truths, new Set(truths), k)).toBeCloseTo(1, 12);
        },
      ),
    );
  });

  it("refuses no ground truth and a k that is no rank", () => {
    expect(() => averagePrecisionAtK(ranking, new Set(), 5)).toThrow("at least one");
    expect(() => averagePrecisionAtK(ranking, new Set(["a"]), 0)).toThrow("k is 0");
    expect(() => recallAtK(ranking, new Map(), 1.5)).toThrow("k is 1.5");
  });
});

describe("reciprocal rank and nDCG", () => {
  it("counts ranks from 1", () => {
    expect(reciprocalRank(ranking, new Set(["c", "e"]))).toBe(1 / 3);
    expect(reciprocalRank(ranking, new Set(["x"]))).toBe(0);
  });

  it("discounts gains by the logarithm of the rank, over the best order", () => {
    const gains = new Map([
      ["b", 2],
      ["d", 1],
    ]);
    const best = 2 + 1 / Math.log2(3);
    expect(ndcgAtK(ranking, gains, 5)).toBeCloseTo(
      (2 / Math.log2(3) + 1 / Math.log2(5)) / best,
      12,
    );
    expect(ndcgAtK(["b", "d"], gains, 5)).toBe(1);
    expect(ndcgAtK(ranking, gains, 1)).toBe(0);
  });

  it("refuses gains that mean nothing", () => {
    expect(() => ndcgAtK(ranking, new Map([["a", Number.NaN]]), 5)).toThrow("is NaN");
    expect(() => ndcgAtK(ranking, new Map([["a", -1]]), 5)).toThrow("is -1");
    expect(() => ndcgAtK(ranking, new Map([["a", 0]]), 5)).toThrow("Every gain is 0");
  });
});

describe("precision at 1", () => {
  it("agrees with itself without ties", () => {
    const all = (value: number) => ({
      official: value,
      optimistic: value,
      pessimistic: value,
      expected: value,
    });
    expect(precisionAt1([0.9, 0.1, 0.3])).toEqual(all(1));
    expect(precisionAt1([0.2, 0.1, 0.3])).toEqual(all(0));
    expect(precisionAt1([0.2, 0.1, 0.3], 2)).toEqual(all(1));
  });

  it("gives a constant encoder 1 officially and its chance in truth", () => {
    const constant = precisionAt1(new Float32Array(1000).fill(0.5));
    expect(constant).toEqual({ official: 1, optimistic: 1, pessimistic: 0, expected: 1 / 1000 });
    expect(precisionAt1([1, 1, 0], 1).official).toBe(0);
  });

  it("refuses NaN wherever it is, and an index that is no candidate", () => {
    expect(() => precisionAt1([Number.NaN, 1])).toThrow("candidate 0 is NaN");
    expect(() => precisionAt1([1, Number.NaN])).toThrow("candidate 1 is NaN");
    expect(() => precisionAt1([])).toThrow("0 of 0");
    expect(() => precisionAt1([1], 1)).toThrow("1 of 1");
  });
});

describe("collapse", () => {
  it("tells constant, near-constant and spread vectors apart", () => {
    const of = (...vectors: number[]) =>
      detectCollapse({ vectors: new Float64Array(vectors), dimensions: 2 });
    expect(of(3, 4, 3, 4, 3, 4)).toMatchObject({ rows: 3, verdict: "constant" });
    expect(of(3, 4, 3, 4, 3, 4).warning).toContain("All 3 vectors are the same");
    expect(of(1, 0, 1, 0.001).verdict).toBe("near-constant");
    expect(of(1, 0, 0, 1)).toEqual({
      rows: 2,
      meanCosine: 0,
      verdict: "spread",
      warning: undefined,
    });
    expect(of(1, 0, -2, 0).meanCosine).toBe(-1);
  });

  it("refuses NaN, zero rows and a single row", () => {
    const of =
      (...vectors: number[]) =>
      () =>
        detectCollapse({ vectors: new Float32Array(vectors), dimensions: 2 });
    expect(of(1, 0, Number.NaN, 1)).toThrow("Row 1 has norm NaN");
    expect(of(0, 0, 1, 1)).toThrow("Row 0 has norm 0");
    expect(of(1, 1)).toThrow("2 values");
    expect(of(1, 1, 1)).toThrow("3 values");
  });
});
