import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EmbeddingMatrix } from "@megapairs/spec";
import { extendSelfJoin, selfJoin } from "@megapairs/mine";
import { atAngles, large, matrices } from "./embeddings.ts";

function only(
  { ids, dimensions, vectors }: EmbeddingMatrix,
  keep: (row: number) => boolean,
): EmbeddingMatrix {
  const rows = [...ids.keys()].filter((row) => keep(row));
  const kept = rows.flatMap((row) => [
    ...vectors.subarray(row * dimensions, (row + 1) * dimensions),
  ]);
  return { ids: rows.map((row) => ids[row]!), dimensions, vectors: Float32Array.from(kept) };
}

const paper = { relation: "I", band: { lower: 0.8, upper: 0.96 }, k: 3 };

async function earlierOf(
  matrix: EmbeddingMatrix,
  settings: Omit<Parameters<typeof selfJoin>[0], "matrix">,
) {
  const { neighbours, nearDuplicates } = await selfJoin({ ...settings, matrix });
  const { dimensions } = matrix;
  return { ...settings, dimensions, neighbours, nearDuplicates };
}

describe("extendSelfJoin", () => {
  it("gives what joining everything at once gives, to the bit, and names what changed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(matrices, large),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom(-2, 0.2, 0.8),
        async (matrix, k, every, nearDuplicateLimit, lower) => {
          const settings = { relation: "T", band: { lower, upper: 0.96 }, k, nearDuplicateLimit };
          const old = only(matrix, (row) => row % every === 0);
          const earlier = await earlierOf(old, settings);
          const extended = await extendSelfJoin({ ...settings, matrix, earlier, threads: 2 });
          const whole = await selfJoin({ ...settings, matrix });
          expect([...extended.neighbours]).toEqual(whole.neighbours);
          expect([...extended.nearDuplicates]).toEqual(whole.nearDuplicates);
          const text = (records: readonly object[]): Set<string> =>
            new Set(records.map((record) => JSON.stringify(record)));
          const before = text([...earlier.neighbours, ...earlier.nearDuplicates]);
          const wasOld = new Set(old.ids);
          const changed = new Set<string>();
          for (const record of whole.neighbours) {
            if (!before.has(JSON.stringify(record))) changed.add(record.queryId);
          }
          for (const record of whole.nearDuplicates) {
            if (!before.has(JSON.stringify(record))) changed.add(record.imageId);
          }
          expect(extended.changedIds).toEqual(
            [...changed].filter((id) => wasOld.has(id)).toSorted(),
          );
          expect(extended.addedIds).toEqual(matrix.ids.filter((id) => !wasOld.has(id)));
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);

  it.each([
    [{ k: 4 }, "The earlier join has k = 3; expected 4: join anew instead."],
    [
      { band: { lower: 0.7, upper: 0.96 } },
      "The earlier join has the lower bound 0.8; expected 0.7: join anew instead.",
    ],
    [
      { fingerprint: "b" },
      "The earlier join has the fingerprint a; expected b: join anew instead.",
    ],
    [
      { matrix: atAngles(0) },
      "The earlier join knows a01, which has no vector; join anew instead.",
    ],
    [{ relation: "D" }, "The earlier join has a record of I; expected D."],
  ])("refuses %o", async (wrong, message) => {
    const matrix = atAngles(0, 20, 40);
    const earlier = {
      ...(await earlierOf(
        only(matrix, (row) => row < 2),
        paper,
      )),
      fingerprint: "a",
    };
    await expect(extendSelfJoin({ ...paper, matrix, earlier, ...wrong })).rejects.toMatchObject({
      code: "invalid-argument",
      message,
    });
  });
});
