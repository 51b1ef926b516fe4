import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGemmEstimate, float32Tolerance, multiplyTiles, selfJoin } from "@megapairs/mine";
import type { GemmEstimate, ScoreEstimate, SimilarityBand } from "@megapairs/mine";
import { atAngles, large, matrices } from "./embeddings.ts";
import { slowJoin } from "./slow-join.ts";

let gemm: GemmEstimate;
beforeAll(async () => {
  gemm = await createGemmEstimate({ threads: 2 });
});
afterAll(() => gemm.dispose());

const bands: fc.Arbitrary<SimilarityBand> = fc
  .tuple(
    fc.double({ min: -1.04, max: 0.95, noNaN: true }),
    fc.double({ min: 0.05, max: 1, noNaN: true }),
  )
  .map(([lower, width]) => ({ lower, upper: lower + width }));

/** Exact scores, off by up to the tolerance in whatever direction hurts. */
function noisyEstimate(tolerance: number): ScoreEstimate {
  let state = 1;
  return {
    tolerance: () => tolerance,
    async product(...operands) {
      return multiplyTiles(...operands).map((score) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return score + 0.9 * tolerance * [-1, 1, state / 2 ** 31 - 1][state % 3]!;
      });
    },
  };
}

describe("selfJoin with an estimate", () => {
  it("equals the slow join however wrong the estimate is, within its tolerance", async () => {
    await fc.assert(
      fc.asyncProperty(
        matrices,
        bands,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(1e-6, 0.01, 0.3, 2),
        async (matrix, band, k, tileRows, tolerance) => {
          const estimate = noisyEstimate(tolerance);
          const options = { matrix, band, k, relation: "D", tileRows, estimate };
          expect(await selfJoin(options)).toEqual(slowJoin(options));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("keeps the best of many more candidates than it can hold", async () => {
    const matrix = atAngles(...Array.from({ length: 400 }, (_, row) => (row * 137.5) % 90));
    const ids = matrix.ids.map((_, row) => String(row).padStart(3, "0"));
    for (const tolerance of [1e-9, 1e-3, 0.1, 2]) {
      const options = {
        matrix: { ...matrix, ids },
        relation: "I",
        band: { lower: 0, upper: 0.9 },
        k: 3,
        tileRows: 64,
        nearDuplicateLimit: 5,
      };
      const plain = await selfJoin(options);
      const slow = slowJoin(options);
      expect(plain.neighbours).toEqual(slow.neighbours);
      expect(plain.nearDuplicates).toEqual(
        slow.nearDuplicates.map((record) => ({
          ...record,
          nearDuplicateIds: record.nearDuplicateIds.slice(0, 5),
        })),
      );
      expect(await selfJoin({ ...options, estimate: noisyEstimate(tolerance) })).toEqual(plain);
    }
  });

  it("cannot be had together with a product", async () => {
    await expect(
      selfJoin({
        matrix: atAngles(0, 1),
        relation: "I",
        band: { lower: 0, upper: 0.9 },
        k: 1,
        product: multiplyTiles,
        estimate: noisyEstimate(0.1),
      }),
    ).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("rejects with what the product rejects with, and aborts", async () => {
    const options = {
      matrix: atAngles(...Array.from({ length: 20 }, (_, row) => row)),
      relation: "I",
      band: { lower: 0, upper: 0.9 },
      k: 1,
      tileRows: 2,
    };
    const broken = { tolerance: () => 1e-4, product: () => Promise.reject(new Error("broken")) };
    await expect(selfJoin({ ...options, estimate: broken })).rejects.toThrow("broken");
    const controller = new AbortController();
    const onProgress = (): void => controller.abort("enough");
    const { signal } = controller;
    await expect(selfJoin({ ...options, estimate: gemm, signal, onProgress })).rejects.toBe(
      "enough",
    );
  });
});

describe("createGemmEstimate", () => {
  it("gives the plain join to the bit, for any tiles and row ranges", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(matrices, large),
        bands,
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(260),
        async (matrix, band, tileRows, k, cut) => {
          const options = { matrix, band, k, relation: "T" };
          const whole = await selfJoin(options);
          expect(await selfJoin({ ...options, estimate: gemm, tileRows })).toEqual(whole);
          const middle = Math.min(cut, matrix.ids.length);
          const ranges = [
            { start: 0, end: middle },
            { start: middle, end: matrix.ids.length },
          ];
          const shards = [];
          for (const rows of ranges) {
            shards.push(await selfJoin({ ...options, rows, estimate: gemm }));
          }
          expect({
            neighbours: shards.flatMap(({ neighbours }) => neighbours),
            nearDuplicates: shards.flatMap(({ nearDuplicates }) => nearDuplicates),
          }).toEqual(whole);
        },
      ),
      { numRuns: 120 },
    );
  }, 60_000);

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
