import { nearDuplicateTableName, neighbourTableName } from "@megapairs/dataset";
import { selfJoin } from "@megapairs/mine";
import type { SimilarityBand } from "@megapairs/mine";
import { createScenesEncoder } from "@megapairs/scenes";
import type { EmbeddingMatrix } from "@megapairs/spec";
import { expect, it } from "vitest";
import { createNeighboursStage } from "../src/stages/neighbours-stage.ts";

const band: SimilarityBand = { lower: 0.9, upper: 0.999 };

/** Vectors that wind through eight dimensions. */
function winding(rows: number): EmbeddingMatrix {
  const vectors = new Float32Array(rows * 8);
  for (let row = 0; row < rows; row += 1) {
    for (let pair = 0; pair < 4; pair += 1) {
      const angle = row * Math.sqrt(pair + 2);
      vectors.set([Math.cos(angle) / 2, Math.sin(angle) / 2], row * 8 + pair * 2);
    }
  }
  const ids = Array.from({ length: rows }, (_, row) => String(row).padStart(6, "0"));
  return { ids, dimensions: 8, vectors };
}

it("joins many images once, for larger shards, and finds the same", async () => {
  const matrix = winding(5000);
  const joins: unknown[] = [];
  const sameDirection = matrix.vectors.slice(0, 8);
  matrix.vectors.set(sameDirection, 2500 * 8);
  const stage = createNeighboursStage({
    vectors: {
      tableOf: () => "embeddings",
      ids: () => Promise.resolve(matrix.ids),
      read: () => Promise.resolve(matrix),
    },
    relations: [
      {
        name: "I",
        encoder: await createScenesEncoder({ kind: "colour" }),
        input: "image",
        band,
        quantiles: undefined,
        neighbours: 7,
      },
    ],
    shardSize: 64,
    recall: 0.99,
    onJoined: (relation, method) => {
      joins.push([relation, method.name]);
      return Promise.resolve();
    },
    embed: "embed",
  });
  const found: unknown[] = [];
  const copies: unknown[] = [];
  const shards = await Array.fromAsync(stage.plan());
  for (const { shard, input } of shards) {
    const { tables } = await stage.execute({
      shard,
      attempt: 1,
      input,
      signal: new AbortController().signal,
      report: () => undefined,
    });
    found.push(...tables[neighbourTableName("I")]!);
    copies.push(...tables[nearDuplicateTableName("I")]!);
  }
  expect(shards.map(({ items }) => items)).toEqual([2048, 2048, 904]);
  expect(joins).toEqual([["I", "exact"]]);
  const { neighbours, nearDuplicates } = await selfJoin({ matrix, relation: "I", band, k: 7 });
  expect(found).toEqual(neighbours);
  expect(copies).toEqual(nearDuplicates);
  expect(copies.length).toBeGreaterThan(1);
}, 60_000);
