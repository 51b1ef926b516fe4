import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EmbeddingMatrix, VectorSource } from "@megapairs/spec";
import { createSelfJoin, selfJoin } from "@megapairs/mine";
import type { SelfJoinResult, SimilarityBand } from "@megapairs/mine";
import { atAngles, large, matrices } from "./embeddings.ts";
import { slowJoin } from "./slow-join.ts";

const bands: fc.Arbitrary<SimilarityBand> = fc
  .tuple(
    fc.double({ min: -1.04, max: 0.95, noNaN: true }),
    fc.double({ min: 0.05, max: 1, noNaN: true }),
  )
  .map(([lower, width]) => ({ lower, upper: lower + width }));

function unfold({ neighbours, nearDuplicates }: SelfJoinResult): object {
  return { neighbours: [...neighbours], nearDuplicates: [...nearDuplicates] };
}

/** Read by ranges, and, unless memory is allowed for it, never held. */
function sourceOf({ ids, dimensions, vectors }: EmbeddingMatrix): VectorSource {
  return {
    ids,
    dimensions,
    dataType: "float32",
    read: async (start, end) => vectors.slice(start * dimensions, end * dimensions),
  };
}

describe("createSelfJoin", () => {
  it("gives the slow join to the bit, for any threads, tiles, row ranges and sources", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(matrices, large),
        bands,
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(260),
        fc.constantFrom(1, 2, 3),
        async (matrix, band, tileRows, k, cut, threads) => {
          const join = createSelfJoin({ threads });
          const options = { matrix, band, k, relation: "T", nearDuplicateLimit: 300 };
          const whole = slowJoin(options);
          expect(unfold(await join({ ...options, tileRows }))).toEqual(whole);
          const start = Math.min(cut, matrix.ids.length);
          const end = Math.min(matrix.ids.length, start + 50);
          const part = await createSelfJoin({ threads, memoryBytes: 0 })({
            ...options,
            matrix: sourceOf(matrix),
            rows: { start, end },
            tileRows,
          });
          const inRange = new Set(matrix.ids.slice(start, end));
          expect(unfold(part)).toEqual({
            neighbours: whole.neighbours.filter(({ queryId }) => inRange.has(queryId)),
            nearDuplicates: whole.nearDuplicates.filter(({ imageId }) => inRange.has(imageId)),
          });
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);

  it("takes half precision from memory and from outside it", async () => {
    await fc.assert(
      fc.asyncProperty(large, fc.constantFrom(0, 2 ** 30), async (matrix, memoryBytes) => {
        const { ids, dimensions } = matrix;
        const halves = new Float16Array(matrix.vectors);
        const bits = new Uint16Array(halves.buffer);
        const source: VectorSource = {
          ids,
          dimensions,
          dataType: "float16",
          read: async (start, end) => bits.slice(start * dimensions, end * dimensions),
        };
        const options = { relation: "I", band: { lower: 0.3, upper: 0.9 }, k: 9 };
        const vectors = Float32Array.from(halves);
        const joined = await createSelfJoin({ threads: 2, memoryBytes })({
          ...options,
          matrix: source,
          nearDuplicateLimit: 300,
        });
        expect(unfold(joined)).toEqual(
          slowJoin({ ...options, matrix: { ids, dimensions, vectors } }),
        );
      }),
      { numRuns: 10 },
    );
  });

  it("refuses the first row at fault of a source, and a source that reads otherwise than it says", async () => {
    const matrix = atAngles(0, 20, 40);
    matrix.vectors[4] = Number.NaN;
    const options = { relation: "I", band: { lower: 0.3, upper: 0.9 }, k: 9 };
    await expect(createSelfJoin()({ ...options, matrix: sourceOf(matrix) })).rejects.toMatchObject({
      code: "invalid-argument",
      message: "Row 2 (a02) holds NaN at column 0; expected finite values.",
    });
    const source = { ...sourceOf(matrix), read: async () => new Float32Array(1) };
    await expect(createSelfJoin()({ ...options, matrix: source })).rejects.toMatchObject({
      code: "invalid-output",
      message: "Rows 0..3 were read as 1 values of a Float32Array; expected 6 of float32.",
    });
  });

  it("stops with the signal's reason", async () => {
    const matrix = atAngles(...Array.from({ length: 60 }, (_, row) => row));
    const controller = new AbortController();
    const join = createSelfJoin({ threads: 2 })({
      matrix,
      relation: "I",
      band: { lower: 0.3, upper: 0.9 },
      k: 9,
      tileRows: 4,
      signal: controller.signal,
      onProgress: () => controller.abort("enough"),
    });
    await expect(join).rejects.toBe("enough");
  });

  it("keeps the best of many more candidates than it can hold", async () => {
    const { ids: _, ...matrix } = atAngles(
      ...Array.from({ length: 400 }, (__, row) => (row * 137.5) % 90),
    );
    const ids = Array.from({ length: 400 }, (__, row) => String(row).padStart(3, "0"));
    const options = {
      matrix: { ...matrix, ids },
      relation: "I",
      band: { lower: 0, upper: 0.9 },
      k: 3,
      tileRows: 64,
      nearDuplicateLimit: 5,
    };
    expect(unfold(await createSelfJoin({ threads: 2 })(options))).toEqual(
      unfold(await selfJoin(options)),
    );
  });
});
