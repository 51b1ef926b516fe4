import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGemmEstimate, findLeaks, multiplyTiles } from "@megapairs/mine";
import type { Leak } from "@megapairs/mine";
import type { EmbeddingMatrix } from "@megapairs/spec";
import { atAngles, matrices } from "../embeddings.ts";

/** Every image with every other, one by one. */
function slowLeaks(
  matrix: EmbeddingMatrix,
  evaluation: EmbeddingMatrix,
  threshold: number,
): Leak[] {
  const row = ({ vectors, dimensions }: EmbeddingMatrix, place: number): Float32Array =>
    vectors.subarray(place * dimensions, (place + 1) * dimensions);
  return matrix.ids.flatMap((imageId, place) => {
    const scored = evaluation.ids.map((evaluationId, other) => {
      const left = row(matrix, place);
      const [raw] = multiplyTiles(left, 1, row(evaluation, other), 1, matrix.dimensions);
      return { imageId, evaluationId, score: Math.max(-1, Math.min(1, raw!)) };
    });
    const [best] = scored.toSorted((a, b) => b.score - a.score);
    return best !== undefined && best.score >= threshold ? [best] : [];
  });
}

describe("findLeaks", () => {
  it("finds what the slow way finds, for any tiles and by an estimate", async () => {
    const estimate = await createGemmEstimate({ threads: 1 });
    await fc.assert(
      fc.asyncProperty(
        matrices,
        fc.float({ min: Math.fround(-0.9), max: 1, noNaN: true }),
        fc.nat(40),
        fc.integer({ min: 1, max: 9 }),
        async (all, threshold, cut, tileRows) => {
          const { dimensions } = all;
          const part = (start: number, end: number): EmbeddingMatrix => ({
            ids: all.ids.slice(start, end),
            dimensions,
            vectors: all.vectors.slice(start * dimensions, end * dimensions),
          });
          const [matrix, evaluation] = [part(0, cut), part(cut, all.ids.length)];
          const options = { matrix, evaluation, threshold, tileRows };
          const expected = slowLeaks(matrix, evaluation, threshold);
          expect(await findLeaks(options)).toEqual(expected);
          expect(await findLeaks({ ...options, estimate })).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
    await estimate.dispose();
  }, 30_000);

  it("names the most similar evaluation image, of equals the first", async () => {
    const leaks = await findLeaks({
      matrix: atAngles(0, 90, 180),
      evaluation: atAngles(5, 2, 2, 181),
      threshold: 0.99,
    });
    expect(leaks.map(({ imageId, evaluationId }) => [imageId, evaluationId])).toEqual([
      ["a00", "a01"],
      ["a02", "a03"],
    ]);
  });

  it("refuses vectors of another encoder and thresholds that let everything through", async () => {
    const matrix = atAngles(0, 10);
    const other = { ids: ["a"], dimensions: 3, vectors: Float32Array.of(1, 0, 0) };
    await expect(findLeaks({ matrix, evaluation: other, threshold: 0.9 })).rejects.toThrow(
      "The evaluation vectors have 3 dimensions, the corpus 2; expected those of one encoder.",
    );
    await expect(findLeaks({ matrix, evaluation: matrix, threshold: -1 })).rejects.toThrow(
      "The threshold is -1; expected a cosine over -1.",
    );
  });
});
