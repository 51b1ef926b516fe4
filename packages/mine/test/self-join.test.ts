import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { multiplyTiles, selfJoin } from "@megapairs/mine";
import type { SelfJoinProgress, SimilarityBand, TileProduct } from "@megapairs/mine";
import { atAngles, matrices } from "./embeddings.ts";
import { slowJoin } from "./slow-join.ts";

const bands: fc.Arbitrary<SimilarityBand> = fc
  .tuple(
    fc.double({ min: -1.04, max: 0.95, noNaN: true }),
    fc.double({ min: 0.05, max: 1, noNaN: true }),
  )
  .map(([lower, width]) => ({ lower, upper: lower + width }));

const paper = { relation: "I", band: { lower: 0.8, upper: 0.96 }, k: 10 };

describe("selfJoin", () => {
  it("keeps what lies strictly inside the band and lists what lies over it", async () => {
    const matrix = atAngles(0, 10, 30, 60);
    const { neighbours, nearDuplicates } = await selfJoin({ ...paper, matrix });
    const cos20 = Math.fround(Math.cos(Math.PI / 9));
    const cos30 = Math.fround(Math.cos(Math.PI / 6));
    expect(neighbours.map((record) => record.neighbours.map(({ id }) => id))).toEqual([
      ["a02"],
      ["a02"],
      ["a01", "a00", "a03"],
      ["a02"],
    ]);
    expect(neighbours[2]).toEqual({
      queryId: "a02",
      relation: "I",
      neighbours: [
        { id: "a01", score: expect.closeTo(cos20, 6), rank: 1 },
        { id: "a00", score: expect.closeTo(cos30, 6), rank: 2 },
        { id: "a03", score: expect.closeTo(cos30, 6), rank: 3 },
      ],
    });
    expect(nearDuplicates).toEqual([
      { imageId: "a00", relation: "I", nearDuplicateIds: ["a01"], total: 1 },
      { imageId: "a01", relation: "I", nearDuplicateIds: ["a00"], total: 1 },
    ]);
  });

  it("leaves a score on either bound out of the band", async () => {
    const ids = ["a", "b"];
    const matrix = { ids, dimensions: 2, vectors: Float32Array.of(1, 0, 0.5, Math.sqrt(0.75)) };
    const at = async (lower: number, upper: number): Promise<readonly number[]> => {
      const { neighbours, nearDuplicates } = await selfJoin({
        ...paper,
        matrix,
        band: { lower, upper },
      });
      return [neighbours[0]!.neighbours.length, nearDuplicates.length];
    };
    expect(await at(0.5, 0.9)).toEqual([0, 0]);
    expect(await at(0.1, 0.5)).toEqual([0, 2]);
    expect(await at(0.1, 0.9)).toEqual([1, 0]);
  });

  it("gives equal scores in ascending id order and cuts them at k", async () => {
    const matrix = atAngles(30, 0, 0, 0);
    const { neighbours } = await selfJoin({ ...paper, matrix, k: 2 });
    expect(neighbours[0]!.neighbours.map(({ id }) => id)).toEqual(["a01", "a02"]);
  });

  it("cuts the list of near duplicates and counts them all", async () => {
    const matrix = atAngles(0, 0, 0, 0, 0);
    const { nearDuplicates } = await selfJoin({ ...paper, matrix, nearDuplicateLimit: 2 });
    expect(nearDuplicates[0]).toEqual({
      imageId: "a00",
      relation: "I",
      nearDuplicateIds: ["a01", "a02"],
      total: 4,
    });
  });

  it("equals the slow join", async () => {
    await fc.assert(
      fc.asyncProperty(
        matrices,
        bands,
        fc.integer({ min: 1, max: 45 }),
        async (matrix, band, k) => {
          const options = { matrix, band, k, relation: "D", tileRows: 16 };
          expect(await selfJoin(options)).toEqual(slowJoin(options));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("does not depend on tiles or row ranges, to the bit", async () => {
    const size = fc.integer({ min: 1, max: 20 });
    await fc.assert(
      fc.asyncProperty(
        matrices,
        bands,
        size,
        size,
        fc.nat(40),
        async (matrix, band, tileRows, tileColumns, cut) => {
          const options = { matrix, band, k: 5, relation: "T" };
          const whole = await selfJoin(options);
          const middle = Math.min(cut, matrix.ids.length);
          const shards = [
            await selfJoin({ ...options, tileRows, tileColumns, rows: { start: 0, end: middle } }),
            await selfJoin({
              ...options,
              tileRows,
              rows: { start: middle, end: matrix.ids.length },
            }),
          ];
          expect({
            neighbours: shards.flatMap(({ neighbours }) => neighbours),
            nearDuplicates: shards.flatMap(({ nearDuplicates }) => nearDuplicates),
          }).toEqual(whole);
          expect(await selfJoin({ ...options, tileRows, tileColumns })).toEqual(whole);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("scores a pair of query rows in one tile only", async () => {
    const matrix = atAngles(...Array.from({ length: 12 }, (_, row) => row));
    let scored = 0;
    const product: TileProduct = (left, leftRows, right, rightRows, dimensions) => {
      scored += leftRows * rightRows;
      return multiplyTiles(left, leftRows, right, rightRows, dimensions);
    };
    await selfJoin({ ...paper, matrix, product, tileRows: 3 });
    expect(scored).toBe(3 * (12 + 9 + 6 + 3));
  });

  it("takes an asynchronous product and reports every tile", async () => {
    const matrix = atAngles(0, 30, 60, 90, 120);
    const progress: SelfJoinProgress[] = [];
    const joined = await selfJoin({
      ...paper,
      matrix,
      rows: { start: 2, end: 5 },
      tileRows: 2,
      product: async (...operands) => multiplyTiles(...operands),
      onProgress: (step) => progress.push(step),
    });
    expect(joined).toEqual(await selfJoin({ ...paper, matrix, rows: { start: 2, end: 5 } }));
    expect(progress).toEqual(
      [1, 2, 3, 4, 5].map((completedTiles) => ({ completedTiles, totalTiles: 5 })),
    );
  });

  it("clamps what a product overshoots and refuses NaN or a wrong length", async () => {
    const matrix = atAngles(0, 0);
    const open = { ...paper, matrix, band: { lower: -2, upper: 2 } };
    const high = await selfJoin({ ...open, product: () => new Float32Array(4).fill(1.0001) });
    expect(high.neighbours[0]!.neighbours[0]!.score).toBe(1);
    const low = await selfJoin({ ...open, product: () => new Float32Array(4).fill(-2.5) });
    expect(low.neighbours[0]!.neighbours[0]!.score).toBe(-1);
    await expect(
      selfJoin({ ...paper, matrix, product: () => new Float32Array(4).fill(Number.NaN) }),
    ).rejects.toMatchObject({
      code: "invalid-output",
      message: "The tile product gave NaN for rows 0 and 1; expected a cosine.",
    });
    await expect(
      selfJoin({ ...paper, matrix, product: () => new Float32Array(3) }),
    ).rejects.toMatchObject({
      code: "invalid-output",
      message: "The tile product gave 3 scores; expected 4.",
    });
  });

  it.each([
    [{ k: 0 }, "k is 0; expected a whole number from 1."],
    [{ tileRows: 1.5 }, "tileRows is 1.5; expected a whole number from 1."],
    [{ rows: { start: 1, end: 3 } }, "Query rows 1..3 are not a range within 0..2."],
    [{ rows: { start: -1, end: 1 } }, "Query rows -1..1 are not a range within 0..2."],
    [
      { band: { lower: 0.9, upper: 0.8 } },
      "The band (0.9, 0.8) holds no cosine; expected finite bounds, lower < upper, lower < 1, upper > -1.",
    ],
    [
      { band: { lower: Number.NaN, upper: 0.8 } },
      "The band (NaN, 0.8) holds no cosine; expected finite bounds, lower < upper, lower < 1, upper > -1.",
    ],
  ])("refuses %o", async (wrong, message) => {
    await expect(selfJoin({ ...paper, matrix: atAngles(0, 1), ...wrong })).rejects.toMatchObject({
      code: "invalid-argument",
      message,
    });
  });

  it("stops between tiles with the signal's reason", async () => {
    const controller = new AbortController();
    let tiles = 0;
    const join = selfJoin({
      ...paper,
      matrix: atAngles(0, 1, 2, 3),
      tileRows: 1,
      signal: controller.signal,
      onProgress() {
        tiles += 1;
        if (tiles === 2) setImmediate(() => controller.abort("enough"));
      },
    });
    await expect(join).rejects.toBe("enough");
    expect(tiles).toBeLessThan(10);
  });
});
