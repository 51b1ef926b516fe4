import { lossPlot } from "@megapairs/report";
import type { PlottedStep } from "@megapairs/report";
import { describe, expect, it } from "vitest";
import { smooth, thin } from "../src/charts/series.ts";

function record(step: number, loss: number): PlottedStep {
  return {
    step,
    loss,
    accuracy: 0.5,
    learningRate: 5e-6,
  };
}

describe("lossPlot", () => {
  it("draws three panels with numbered axes, for light and dark screens", () => {
    const records = Array.from({ length: 4000 }, (_, at) => record(at + 1, 4 / (1 + at / 100)));
    const svg = lossPlot(records, "a<b & c");
    expect(svg).toContain("prefers-color-scheme:dark");
    expect(svg).toContain("a&lt;b &amp; c");
    expect(svg).toContain("Step 4,000: loss 0.0976, accuracy 50.0 %");
    for (const text of ["3,000", ">4.0<", ">100 %<", ">4e−6<"]) expect(svg).toContain(text);
    expect(svg.match(/<path d="[^"]{99}/g)).toHaveLength(5);
    expect(svg.length).toBeLessThan(100_000);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it("draws a single step, and nothing without any", () => {
    expect(lossPlot([record(1, 2)], "one")).not.toMatch(/NaN|undefined|Infinity/);
    expect(lossPlot([], "none")).toBe("");
  });
});

describe("smooth", () => {
  it("leaves a constant and its ends alone, and weighs neighbours by their distance", () => {
    const flat = [1, 2, 5].map((step) => ({ step, value: 3 }));
    for (const { value } of smooth(flat, 2)) expect(value).toBeCloseTo(3, 12);
    const peak = [0, 9, 0].map((value, at) => ({ step: at + 1, value }));
    const near = Math.exp(-1);
    const found = smooth(peak, 1).map(({ value }) => value);
    expect(found[1]).toBeCloseTo(9 / (1 + 2 * near), 10);
    expect(found[0]).toBeCloseTo((9 * near) / (1 + near + near * near), 10);
  });
});

describe("thin", () => {
  it("keeps the lowest and the highest of each stretch", () => {
    const points = [1, 5, 2, 9, 0, 4].map((value, step) => ({ step, value }));
    expect(thin(points, 4).map(({ value }) => value)).toEqual([1, 5, 9, 0]);
    expect(thin(points, 6)).toBe(points);
  });
});
