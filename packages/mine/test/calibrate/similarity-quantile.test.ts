import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleSimilarPairs, similarityHistogram, similarityQuantile } from "@megapairs/mine";
import { atAngles, matrices } from "../embeddings.ts";

describe("similarityQuantile", () => {
  it("gives the lowest edge with so many pairs below", () => {
    const histogram = { counts: [5, 3, 0, 2], queries: 5, pairs: 10, lowest: -0.9, highest: 0.9 };
    const at = (quantile: number): number | undefined => similarityQuantile(histogram, quantile);
    expect([0.1, 0.5, 0.51, 0.8, 0.81, 1].map(at)).toEqual([-0.5, -0.5, 0, 0, 1, 1]);
  });

  it("has nothing to say without pairs and refuses what is no share", () => {
    const empty = { counts: [0, 0], queries: 1, pairs: 0, lowest: undefined, highest: undefined };
    expect(similarityQuantile(empty, 0.5)).toBeUndefined();
    for (const quantile of [0, -1, 1.01, Number.NaN]) {
      expect(() => similarityQuantile(empty, quantile)).toThrow(
        expect.objectContaining({ code: "invalid-argument" }),
      );
    }
  });

  it("has the share of pairs below it that was asked for", async () => {
    await fc.assert(
      fc.asyncProperty(
        matrices.filter(({ ids }) => ids.length > 1),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        async (matrix, quantile) => {
          const histogram = await similarityHistogram({ matrix, seed: 1, bins: 1000 });
          const edge = similarityQuantile(histogram, quantile)!;
          const bin = Math.round(((edge + 1) / 2) * 1000);
          const below = (bins: number): number =>
            histogram.counts.slice(0, bins).reduce((sum, count) => sum + count, 0);
          expect(below(bin)).toBeGreaterThanOrEqual(quantile * histogram.pairs);
          expect(below(bin - 1)).toBeLessThan(quantile * histogram.pairs);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("sampleSimilarPairs", () => {
  it("puts pairs into the bin of their cosine, one of a query in each", async () => {
    const matrix = atAngles(...Array.from({ length: 90 }, (_, row) => row * 2));
    const sorted = { ...matrix, ids: matrix.ids.map((_, row) => String(row).padStart(2, "0")) };
    const bins = await sampleSimilarPairs({ matrix: sorted, bins: 10, pairsPerBin: 3, seed: 4 });
    expect(bins.map((pairs) => pairs.length)).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3, 3]);
    for (const [bin, pairs] of bins.entries()) {
      expect(new Set(pairs.map(({ queryId }) => queryId)).size).toBe(3);
      for (const { queryId, otherId, score } of pairs) {
        const degrees = 2 * (Number(queryId) - Number(otherId));
        expect(score).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 5);
        expect(Math.min(9, Math.floor(((score + 1) / 2) * 10))).toBe(bin);
      }
    }
  });

  it("draws the same for the same seed and others for another", async () => {
    const matrix = atAngles(...Array.from({ length: 60 }, (_, row) => row * 3));
    const ids = matrix.ids.map((_, row) => String(row).padStart(2, "0"));
    const draw = (seed: number): Promise<unknown> =>
      sampleSimilarPairs({ matrix: { ...matrix, ids }, seed, sample: 5 });
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  it("gives empty bins for one image and refuses no bins", async () => {
    const matrix = atAngles(0);
    expect((await sampleSimilarPairs({ matrix, seed: 1 })).flat()).toEqual([]);
    await expect(sampleSimilarPairs({ matrix, seed: 1, bins: 0 })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});
