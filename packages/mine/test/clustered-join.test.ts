import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EmbeddingMatrix, VectorScratch, VectorSource } from "@megapairs/spec";
import { createSelfJoin } from "@megapairs/mine";
import type { SelfJoinResult } from "@megapairs/mine";
import { atAngles, matrixOf } from "./embeddings.ts";
import { slowJoin } from "./slow-join.ts";

/** Clusters around centres of their own and one that holds a third of all rows. */
function skewed(seed: number, rows: number, clusters: number, copies: number): EmbeddingMatrix {
  let state = seed >>> 0;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const centres = Array.from({ length: clusters }, () => Array.from({ length: 16 }, draw));
  const directions = Array.from({ length: rows }, (_, row) => {
    const centre =
      row % 3 === 0 ? centres[0]! : centres[Math.floor(((draw() + 1) / 2) * clusters)]!;
    const noise = row < copies ? 0 : 0.6;
    return centre.map((value) => value + noise * draw());
  });
  const ids = directions.map((_, row) => String(row).padStart(6, "0"));
  return { ...matrixOf(directions), ids };
}

function unfold({ neighbours, nearDuplicates }: SelfJoinResult): object {
  return { neighbours: [...neighbours], nearDuplicates: [...nearDuplicates] };
}

const settings = { recall: 0.95, seed: 1, leastRows: 1 };
const paper = { relation: "I", band: { lower: 0.7, upper: 0.97 }, k: 20, nearDuplicateLimit: 2000 };

describe("createSelfJoin with a recall", () => {
  it("finds the share asked for, with exact scores, at any number of threads", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 400, max: 1200 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 0, 120),
        async (seed, rows, clusters, copies) => {
          const options = { ...paper, matrix: skewed(seed, rows, clusters, copies) };
          const sampleQueries = rows;
          const joined = await createSelfJoin({ ...settings, sampleQueries, threads: 1 })(options);
          const again = await createSelfJoin({ ...settings, sampleQueries, threads: 2 })(options);
          expect(unfold(again)).toEqual(unfold(joined));
          const all = slowJoin({ ...options, k: rows });
          const best = slowJoin(options);
          let found = 0;
          let wanted = 0;
          for (const [query, { neighbours }] of [...joined.neighbours].entries()) {
            const scores = new Map(
              all.neighbours[query]!.neighbours.map((one) => [one.id, one.score]),
            );
            expect(neighbours.map(({ id }) => scores.get(id))).toEqual(
              neighbours.map(({ score }) => score),
            );
            const ids = new Set(neighbours.map(({ id }) => id));
            expect(ids.size).toBe(neighbours.length);
            wanted += best.neighbours[query]!.neighbours.length;
            for (const { id } of best.neighbours[query]!.neighbours) found += Number(ids.has(id));
          }
          expect(found).toBeGreaterThanOrEqual(0.95 * wanted);
          const { method } = joined;
          const measured = method?.name === "clustered" ? method.recall.recall : 1;
          expect(measured).toBeCloseTo(found / wanted, 12);
          const share = method?.name === "clustered" ? method.shareOfPairs : 0;
          expect(share).toBeLessThan(0.55);
          const copiesOf = (of: typeof best.nearDuplicates): number =>
            of.reduce((sum, { nearDuplicateIds }) => sum + nearDuplicateIds.length, 0);
          expect(copiesOf([...joined.nearDuplicates])).toBeGreaterThanOrEqual(
            0.95 * copiesOf(best.nearDuplicates),
          );
        },
      ),
      { numRuns: 5 },
    );
  }, 120_000);

  it("finds the same in vectors that are never in memory, with and without a scratch", async () => {
    const matrix = skewed(5, 700, 12, 0);
    const { ids, dimensions, vectors } = matrix;
    const source: VectorSource = {
      ids,
      dimensions,
      dataType: "float32",
      read: async (start, end) => vectors.slice(start * dimensions, end * dimensions),
    };
    let open = 0;
    const scratch: VectorScratch = {
      async open(shape) {
        const kept = new Float32Array(shape.rows * shape.dimensions);
        open += 1;
        return {
          write: async (row, values) => kept.set(values, row * dimensions),
          read: async (start, end) => kept.slice(start * dimensions, end * dimensions),
          close: async () => void (open -= 1),
        };
      },
    };
    const resident = await createSelfJoin({ ...settings, threads: 2 })({ ...paper, matrix });
    expect(resident.method?.name).toBe("clustered");
    for (const kept of [undefined, scratch]) {
      const join = createSelfJoin({ ...settings, memoryBytes: 0, scratch: kept, threads: 2 });
      const joined = await join({ ...paper, matrix: source });
      expect(unfold(joined)).toEqual(unfold(resident));
      expect(joined.method).toEqual(resident.method);
    }
    expect(open).toBe(0);
  });

  it.each([
    [{}, "3 rows are fewer than 50000"],
    [{ leastRows: 1 }, "lists would not save half of the pairs for a recall of 0.95"],
  ])("joins exactly where that is better and says why: %o", async (more, reason) => {
    const join = createSelfJoin({ recall: 0.95, seed: 1, ...more });
    const options = { ...paper, matrix: atAngles(0, 20, 40) };
    const joined = await join(options);
    expect(joined.method).toEqual({ name: "exact", reason });
    expect(unfold(joined)).toEqual(slowJoin(options));
  });

  it("joins exactly where the sample has no neighbours or a row range is asked for", async () => {
    const options = { ...paper, matrix: atAngles(0, 90, 180) };
    const join = createSelfJoin(settings);
    expect((await join(options)).method).toEqual({
      name: "exact",
      reason: "none of 3 sampled queries has a neighbour to measure recall by",
    });
    expect((await join({ ...options, rows: { start: 0, end: 1 } })).method).toEqual({
      name: "exact",
      reason: "a row range is joined exactly",
    });
  });

  it.each([
    [{ recall: 0 }, "The recall is 0; expected more than 0 and at most 1."],
    [{ recall: 1.01, seed: 1 }, "The recall is 1.01; expected more than 0 and at most 1."],
    [
      { recall: 0.9 },
      "The seed is undefined; expected a whole number where the recall is below 1.",
    ],
    [{ threads: 0 }, "threads is 0; expected a whole number from 1."],
  ])("refuses %o", (wrong, message) => {
    expect(() => createSelfJoin(wrong)).toThrow(message);
  });
});
