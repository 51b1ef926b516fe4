import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainEmptyBand, selfJoin, similarityHistogram, suggestBand } from "@megapairs/mine";
import { atAngles, matrices, matrixOf } from "../embeddings.ts";

describe("similarityHistogram", () => {
  it("counts every directed pair when the sample covers the corpus", async () => {
    const histogram = await similarityHistogram({
      matrix: matrixOf([
        [1, 0],
        [0, 1],
        [-1, 0],
      ]),
      bins: 4,
      seed: 1,
    });
    expect(histogram).toEqual({
      counts: [2, 0, 4, 0],
      queries: 3,
      pairs: 6,
      lowest: -1,
      highest: 0,
    });
  });

  it("puts a cosine of 1 in the last bin", async () => {
    const { counts } = await similarityHistogram({ matrix: atAngles(0, 0), bins: 10, seed: 1 });
    expect(counts).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
  });

  it("compares a seeded sample of queries with everything", async () => {
    const matrix = atAngles(...Array.from({ length: 30 }, (_, row) => row * row));
    const draw = (seed: number): ReturnType<typeof similarityHistogram> =>
      similarityHistogram({ matrix, sample: 3, seed });
    const first = await draw(1);
    expect([first.queries, first.pairs]).toEqual([3, 87]);
    expect(first.counts.reduce((sum, count) => sum + count, 0)).toBe(87);
    expect(await draw(1)).toEqual(first);
    expect(await draw(2)).not.toEqual(first);
  });

  it("has no range without pairs", async () => {
    const histogram = await similarityHistogram({ matrix: atAngles(0), bins: 2, seed: 1 });
    expect(histogram).toEqual({
      counts: [0, 0],
      queries: 1,
      pairs: 0,
      lowest: undefined,
      highest: undefined,
    });
  });

  it("refuses a product that gives no cosine", async () => {
    await expect(
      similarityHistogram({ matrix: atAngles(0, 1), seed: 1, product: () => new Float32Array(0) }),
    ).rejects.toMatchObject({ code: "invalid-output" });
  });
});

describe("suggestBand", () => {
  it("is the narrowest that gives enough neighbours", async () => {
    const matrix = atAngles(0, 60, 120, 180);
    const histogram = await similarityHistogram({ matrix, bins: 20, seed: 1 });
    expect(suggestBand({ histogram, neighboursPerQuery: 1 })).toEqual({ lower: 0.4, upper: 0.96 });
    expect(suggestBand({ histogram, upper: 0.4, neighboursPerQuery: 1 })?.lower).toBeLessThan(-0.5);
  });

  it("catches something whenever a bin under its upper bound holds a pair", async () => {
    await fc.assert(
      fc.asyncProperty(matrices, async (matrix) => {
        const histogram = await similarityHistogram({ matrix, seed: 1 });
        const band = suggestBand({ histogram });
        const joined = band && (await selfJoin({ matrix, relation: "I", band, k: 1 }));
        const caught = joined?.neighbours.some(({ neighbours }) => neighbours.length > 0) ?? false;
        expect(caught).toBe(histogram.counts.slice(0, 196).some((count) => count > 0));
      }),
    );
  });
});

describe("explainEmptyBand", () => {
  const band = { lower: 0.8, upper: 0.96 };
  const explain = async (...degrees: readonly number[]): Promise<string> =>
    explainEmptyBand({
      relation: "T",
      band,
      histogram: await similarityHistogram({ matrix: atAngles(...degrees), seed: 1 }),
    });

  it("says what was there and what would have caught it", async () => {
    expect(await explain(0, 45, 120)).toBe(
      "The band (0.8, 0.96) of T caught nothing: the cosines of 3 sampled images lie in -0.500..0.707. (-0.51, 0.96) would catch neighbours.",
    );
  });

  it("says when everything is a near duplicate", async () => {
    expect(await explain(0, 0, 1)).toBe(
      "The band (0.8, 0.96) of T caught nothing: the cosines of 3 sampled images lie in 1.000..1.000, so all are near duplicates at 0.96.",
    );
  });

  it("says when there is nothing to compare", async () => {
    expect(await explain(0)).toBe(
      "The band (0.8, 0.96) of T caught nothing: it has fewer than two images.",
    );
  });
});
