import { bootstrapInterval, permutationTest, runsInterval } from "@megapairs/eval";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("bootstrapInterval", () => {
  it("holds the mean, narrows with more queries, and is the same for the same seed", () => {
    const few = Array.from({ length: 40 }, (_, index) => index % 4);
    const many = Array.from({ length: 4000 }, (_, index) => index % 4);
    const interval = bootstrapInterval(few, { seed: 3 });
    expect(interval).toEqual(bootstrapInterval(few, { seed: 3 }));
    expect(interval).not.toEqual(bootstrapInterval(few, { seed: 4 }));
    expect(interval.mean).toBe(1.5);
    const narrow = bootstrapInterval(many, { seed: 3, resamples: 400 });
    expect(narrow.upper - narrow.lower).toBeLessThan((interval.upper - interval.lower) / 5);
    // Standard error of 40 draws of 0..3: sqrt(1.25 / 40) = 0.177.
    expect(interval.upper - interval.mean).toBeCloseTo(1.96 * 0.177, 1);
    expect(interval.mean - interval.lower).toBeCloseTo(1.96 * 0.177, 1);
  });

  it("weighs strata alike and draws within them", () => {
    const values = [1, 1, 1, 1, 1, 1, 0, 0];
    const strata = ["many", "many", "many", "many", "many", "many", "few", "few"];
    expect(bootstrapInterval(values, { seed: 1, strata })).toEqual({
      mean: 0.5,
      lower: 0.5,
      upper: 0.5,
    });
  });

  it("refuses nothing, NaN and settings out of range", () => {
    expect(() => bootstrapInterval([], { seed: 1 })).toThrow("no value");
    expect(() => bootstrapInterval([1, Number.NaN], { seed: 1 })).toThrow("Value 1 is NaN");
    expect(() => bootstrapInterval([1], { seed: 1, confidence: 1 })).toThrow("confidence 1");
    expect(() => bootstrapInterval([1], { seed: 1, resamples: 0 })).toThrow("resamples is 0");
    expect(() => bootstrapInterval([1], { seed: 1, strata: [] })).toThrow("0 strata");
  });
});

describe("runsInterval", () => {
  const easy = Array.from({ length: 200 }, (_, index) => index % 2);
  const hard = Array.from({ length: 200 }, (_, index) => (index % 4 === 0 ? 1 : 0));

  it("is the bootstrap over queries where there is one run", () => {
    expect(runsInterval([easy], { seed: 3 })).toEqual(bootstrapInterval(easy, { seed: 3 }));
  });

  it("widens where runs differ, and is the same for the same seed", () => {
    const agreeing = runsInterval([easy, easy, easy], { seed: 3 });
    const differing = runsInterval([easy, hard, easy], { seed: 3 });
    expect(agreeing.mean).toBe(0.5);
    expect(differing.mean).toBeCloseTo((0.5 + 0.25 + 0.5) / 3, 12);
    expect(differing.upper - differing.lower).toBeGreaterThan(
      1.2 * (agreeing.upper - agreeing.lower),
    );
    expect(runsInterval([easy, hard, easy], { seed: 3 })).toEqual(differing);
  });

  it("of runs that agree is as wide as of one", () => {
    const one = runsInterval([easy], { seed: 3 });
    const three = runsInterval([easy, easy, easy], { seed: 4 });
    expect(three.upper - three.lower).toBeCloseTo(one.upper - one.lower, 1);
  });

  it("refuses no run and runs of other queries", () => {
    expect(() => runsInterval([], { seed: 1 })).toThrow("no run");
    expect(() => runsInterval([easy, [1]], { seed: 1 })).toThrow("Run 1 has 1 values");
    expect(() => runsInterval([[Number.NaN], [1]], { seed: 1 })).toThrow("NaN");
  });
});

describe("permutationTest", () => {
  it("is exact for few queries: all five better is 2 in 32", () => {
    expect(permutationTest([0.5, 0.5, 0.5, 0.5, 0.5], { seed: 1 })).toEqual({
      difference: 0.5,
      pValue: 2 / 32,
      isExact: true,
    });
  });

  it("agrees with a slow enumeration of all sign flips", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 9 }),
        (all) => {
          const total = Math.abs(all.reduce((sum, value) => sum + value, 0));
          let sums = [0];
          for (const value of all) sums = sums.flatMap((sum) => [sum + value, sum - value]);
          const asFar = sums.filter((sum) => Math.abs(sum) >= total).length / sums.length;
          expect(permutationTest(all, { seed: 1 }).pValue).toBeCloseTo(asFar, 12);
        },
      ),
    );
  });

  it("draws for many queries, and comes close to what is exact", () => {
    // 20 queries, 15 better and 5 worse: two-sided sign test, P = 0.0414.
    const differences = Array.from({ length: 20 }, (_, index) => (index < 15 ? 1 : -1));
    const { pValue, isExact } = permutationTest(differences, { seed: 5 });
    expect(isExact).toBe(false);
    expect(Math.abs(pValue - 0.0414)).toBeLessThan(0.008);
    expect(permutationTest(differences, { seed: 5 }).pValue).toBe(pValue);
    expect(
      permutationTest(
        Array.from({ length: 99 }, () => 1),
        { seed: 5 },
      ).pValue,
    ).toBe(1 / 10_001);
  });

  it("finds nothing between two runs that are one", () => {
    expect(permutationTest([0, 0, 0], { seed: 1 })).toEqual({
      difference: 0,
      pValue: 1,
      isExact: true,
    });
  });
});
