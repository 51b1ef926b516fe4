import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGemmEstimate, float32Tolerance, multiplyTiles } from "@megapairs/mine";
import type { GemmEstimate } from "@megapairs/mine";
import { large } from "./embeddings.ts";

let gemm: GemmEstimate;
beforeAll(async () => {
  gemm = await createGemmEstimate({ threads: 2 });
});
afterAll(() => gemm.dispose());

describe("createGemmEstimate", () => {
  it("keeps within its tolerance", async () => {
    await fc.assert(
      fc.asyncProperty(large, async ({ ids, dimensions, vectors }) => {
        const operands = [vectors, ids.length, vectors, ids.length, dimensions] as const;
        const estimates = await gemm.product(...operands);
        const scores = multiplyTiles(...operands);
        const worst = scores.reduce(
          (most, score, place) => Math.max(most, Math.abs(score - estimates[place]!)),
          0,
        );
        expect(worst).toBeLessThanOrEqual(gemm.tolerance(dimensions));
      }),
      { numRuns: 50 },
    );
  });

  it("refuses no threads", async () => {
    await expect(createGemmEstimate({ threads: 0 })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});

describe("float32Tolerance", () => {
  it("grows with the dimensions and holds for a sum as wrong as float32 can make it", () => {
    expect(float32Tolerance(768)).toBeCloseTo(4.6e-5, 6);
    expect(float32Tolerance(2 ** 24)).toBe(4);
    // Every addition of 2^-24 to 1 rounds down to 1.
    const dimensions = 4096;
    const small = 2 ** -12;
    let sum = 1;
    for (let column = 1; column < dimensions; column += 1) sum = Math.fround(sum + small * small);
    const exact = Math.fround(1 + (dimensions - 1) * small * small);
    expect(exact - sum).toBeGreaterThan(float32Tolerance(dimensions) / 2);
    expect(exact - sum).toBeLessThanOrEqual(float32Tolerance(dimensions));
  });
});
