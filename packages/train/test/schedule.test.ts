import { learningRate } from "@megapairs/train";
import { describe, expect, it } from "vitest";

const rates = (decay: "linear" | "cosine" | "constant", warmup: number): number[] =>
  Array.from({ length: 6 }, (_, step) => learningRate({ peak: 8, steps: 6, warmup, decay }, step));

describe("learningRate", () => {
  it("falls linearly to 0 after the last step, as the paper's does", () => {
    const sixths = rates("linear", 0).map((rate) => Math.round((rate * 6e9) / 8) / 1e9);
    expect(sixths).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it("rises first", () => {
    expect(rates("constant", 4)).toEqual([2, 4, 6, 8, 8, 8]);
    expect(rates("linear", 2)).toEqual([4, 8, 8, 6, 4, 2]);
  });

  it("falls along a cosine", () => {
    const [first, , , middle] = rates("cosine", 0);
    expect(first).toBe(8);
    expect(middle).toBeCloseTo(4, 12);
  });
});
