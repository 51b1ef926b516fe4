import { describe, expect, it } from "vitest";
import { minePairs, selfJoin } from "@megapairs/mine";
import type { MineRelation } from "@megapairs/mine";
import { atAngles } from "./embeddings.ts";

const band = { lower: 0.8, upper: 0.96 };

function relation(name: string, ...degrees: readonly number[]): MineRelation {
  return { name, matrix: atAngles(...degrees), band, k: 10 };
}

describe("minePairs", () => {
  it("joins, merges and selects", async () => {
    const { pairs, relations, counts } = await minePairs({
      relations: [relation("I", 0, 25, 90), relation("D", 0, 90, 25)],
      seed: 1,
    });
    expect(
      pairs.map(({ queryId, targetId, evidence }) => [queryId, targetId, evidence[0]!.relation]),
    ).toEqual([
      ["a00", "a01", "I"],
      ["a00", "a02", "D"],
      ["a01", "a00", "I"],
      ["a02", "a00", "D"],
    ]);
    expect(pairs[0]!.hardNegativeIds).toEqual(["a00", "a02"]);
    expect(pairs[2]!.hardNegativeIds).toEqual(["a01"]);
    expect(relations[0]).toEqual({
      relation: "I",
      images: 3,
      missingImages: 0,
      neighbours: 2,
      emptyQueries: 1,
      nearDuplicates: 0,
      method: { name: "exact" },
      warning: undefined,
    });
    expect(counts).toMatchObject({ queries: 3, emptyQueries: 0, pairs: 4 });
  });

  it("lets a near duplicate under one relation overrule the band of another", async () => {
    const relations = [relation("D", 0, 5), relation("T", 0, 25)];
    const excluded = await minePairs({ relations, seed: 1 });
    expect(excluded.pairs).toEqual([]);
    expect(excluded.counts).toMatchObject({ nearDuplicateMembers: 2, emptyQueries: 2 });
    const [first, second] = relations;
    const ignored = await minePairs({
      relations: [{ ...first!, nearDuplicates: "ignore" }, second!],
      seed: 1,
    });
    expect(ignored.pairs).toHaveLength(2);
    expect(ignored.nearDuplicates.map((list) => [...list])).toEqual(
      excluded.nearDuplicates.map((list) => [...list]),
    );
  });

  it("accepts relations that cover different images and counts what each lacks", async () => {
    const { relations, counts } = await minePairs({
      relations: [relation("I", 0, 25, 50, 75), relation("T", 0, 25)],
      seed: 1,
    });
    expect(counts.queries).toBe(4);
    expect(relations.map(({ images, missingImages }) => [images, missingImages])).toEqual([
      [4, 0],
      [2, 2],
    ]);
  });

  it("warns of an empty band", async () => {
    const { relations, counts } = await minePairs({ relations: [relation("I", 0, 90)], seed: 1 });
    expect(relations[0]!.warning).toMatch(/^The band \(0\.8, 0\.96\) of I caught nothing: /u);
    expect(counts).toMatchObject({ queries: 2, emptyQueries: 2, pairs: 0 });
  });

  it("finds neighbours with the join it is given and names the relation in progress", async () => {
    const joined: string[] = [];
    const progress: string[] = [];
    await minePairs({
      relations: [relation("I", 0, 25), relation("D", 0, 25)],
      seed: 1,
      join: (options) => {
        joined.push(`${options.relation} ${options.k}`);
        return selfJoin({ ...options, tileRows: 1 });
      },
      onProgress: ({ relation: name, completedTiles }) => progress.push(`${name}${completedTiles}`),
    });
    expect(joined).toEqual(["I 10", "D 10"]);
    expect(progress).toEqual(["I1", "I2", "I3", "D1", "D2", "D3"]);
  });

  it.each([
    [[], "The relations are []; expected at least one, each name once."],
    [
      [relation("I", 0), relation("I", 0)],
      "The relations are [I, I]; expected at least one, each name once.",
    ],
  ])("refuses %o", async (relations, message) => {
    await expect(minePairs({ relations, seed: 1 })).rejects.toMatchObject({
      code: "invalid-argument",
      message,
    });
  });
});
