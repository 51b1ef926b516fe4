import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeNeighbours, pairId, selectPairs } from "@megapairs/mine";
import type { PairSelection, RetrievedSet } from "@megapairs/mine";
import { setOf } from "./retrieved-sets.ts";

const TWELVE: readonly string[] = "abcdefghijkl".split("");
const letters: fc.Arbitrary<string[]> = fc.uniqueArray(fc.constantFrom(...TWELVE), {
  maxLength: 12,
});
const sets: fc.Arbitrary<RetrievedSet[]> = fc
  .array(letters, { maxLength: 5 })
  .map((lists) => lists.map((ids, query) => setOf(`q${query}`, ...ids.toSorted())));
const strategies = fc.constantFrom("random" as const, "nearest" as const);
const selections: fc.Arbitrary<PairSelection> = fc.record({
  seed: fc.integer(),
  hardNegatives: fc.nat(7),
  targetsPerQuery: fc.integer({ min: 1, max: 4 }),
  strategy: strategies,
  targetStrategy: strategies,
});

describe("selectPairs", () => {
  it("makes a pair of every member, with the query first among its negatives", () => {
    const { pairs, counts } = selectPairs({ retrievedSets: [setOf("q", "a", "b", "c")], seed: 1 });
    expect(pairs.map(({ targetId, hardNegativeIds }) => [targetId, hardNegativeIds[0]])).toEqual([
      ["a", "q"],
      ["b", "q"],
      ["c", "q"],
    ]);
    expect(pairs[0]).toMatchObject({
      id: pairId("q", "a"),
      queryId: "q",
      evidence: [{ relation: "I", score: 0.9, rank: 1 }],
    });
    expect(pairs.map(({ hardNegativeIds }) => hardNegativeIds.slice(1).toSorted())).toEqual([
      ["b", "c"],
      ["a", "c"],
      ["a", "b"],
    ]);
    expect(counts).toMatchObject({
      queries: 1,
      pairs: 3,
      hardNegatives: 6,
      missingHardNegatives: 9,
    });
  });

  it("takes the nearest first where told", () => {
    const { pairs } = selectPairs({
      retrievedSets: [setOf("q", "d", "c", "b", "a")],
      seed: 1,
      strategy: "nearest",
      targetStrategy: "nearest",
      targetsPerQuery: 2,
      hardNegatives: 2,
    });
    expect(pairs.map(({ targetId, hardNegativeIds }) => [targetId, ...hardNegativeIds])).toEqual([
      ["c", "q", "d", "b"],
      ["d", "q", "c", "b"],
    ]);
  });

  it("keeps its promises for any sets and settings", () => {
    fc.assert(
      fc.property(sets, selections, (retrievedSets, selection) => {
        const { pairs, counts } = selectPairs({ retrievedSets, ...selection });
        const wanted = selection.hardNegatives!;
        for (const { queryId, members } of retrievedSets) {
          const ids = members.map(({ id }) => id);
          const own = pairs.filter((pair) => pair.queryId === queryId);
          expect(own).toHaveLength(Math.min(ids.length, selection.targetsPerQuery!));
          expect(own.map(({ targetId }) => targetId)).toEqual(
            ids.filter((id) => own.some(({ targetId }) => targetId === id)),
          );
          for (const { id, targetId, hardNegativeIds } of own) {
            const [first, ...mined] = hardNegativeIds;
            expect(id).toBe(pairId(queryId, targetId));
            expect(first).toBe(queryId);
            expect(mined).toHaveLength(Math.min(wanted, ids.length - 1));
            expect(new Set(hardNegativeIds).size).toBe(hardNegativeIds.length);
            expect(mined).not.toContain(targetId);
            expect(ids).toEqual(expect.arrayContaining(mined));
          }
        }
        expect(counts.pairs).toBe(pairs.length);
        expect(counts.hardNegatives + counts.missingHardNegatives).toBe(pairs.length * wanted);
        expect(counts.emptyQueries).toBe(
          retrievedSets.filter(({ members }) => members.length === 0).length,
        );
      }),
    );
  });

  it("gives a query the same pairs alone as among others", () => {
    fc.assert(
      fc.property(sets, selections, (retrievedSets, selection) => {
        const together = selectPairs({ retrievedSets, ...selection }).pairs;
        const alone = retrievedSets.flatMap(
          (set) => selectPairs({ retrievedSets: [set], ...selection }).pairs,
        );
        expect(alone).toEqual(together);
      }),
    );
  });

  it("draws with the seed", () => {
    const retrievedSets = [setOf("q", ...TWELVE)];
    const draw = (seed: number): string =>
      JSON.stringify(selectPairs({ retrievedSets, seed, targetsPerQuery: 3 }).pairs);
    expect(draw(1)).toBe(draw(1));
    expect(new Set([1, 2, 3, 4].map(draw)).size).toBe(4);
  });

  it("draws targets and negatives uniformly", () => {
    const targets: Record<string, number> = {};
    const negatives: Record<string, number> = {};
    const retrievedSets = Array.from({ length: 2000 }, (_, query) =>
      setOf(`q${query}`, ...TWELVE.slice(0, 5)),
    );
    const { pairs } = selectPairs({ retrievedSets, seed: 5, targetsPerQuery: 1, hardNegatives: 1 });
    for (const { targetId, hardNegativeIds } of pairs) {
      targets[targetId] = (targets[targetId] ?? 0) + 1;
      negatives[hardNegativeIds[1]!] = (negatives[hardNegativeIds[1]!] ?? 0) + 1;
    }
    for (const counts of [targets, negatives]) {
      const values = Object.values(counts);
      expect(values).toHaveLength(5);
      expect(Math.min(...values)).toBeGreaterThan(330);
      expect(Math.max(...values)).toBeLessThan(470);
    }
  });

  it("leaves near duplicates of the query out and of the target out of its negatives", () => {
    const near = new Set(["q,a", "a,q", "b,c", "c,b"]);
    const { pairs, counts } = selectPairs({
      retrievedSets: [setOf("q", "a", "b", "c", "d")],
      seed: 3,
      nearDuplicates: (first, second) => near.has(`${first},${second}`),
    });
    expect(
      pairs.map(({ targetId, hardNegativeIds }) => [targetId, hardNegativeIds.toSorted()]),
    ).toEqual([
      ["b", ["d", "q"]],
      ["c", ["d", "q"]],
      ["d", ["b", "c", "q"]],
    ]);
    expect(counts).toMatchObject({ members: 4, nearDuplicateMembers: 1, missingHardNegatives: 11 });
  });

  it("takes only negatives that are less like the query by the margin, in all they share", () => {
    const evidence = (
      I?: number,
      D?: number,
    ): { relation: string; score: number; rank: number }[] =>
      Object.entries({ D, I }).flatMap(([relation, score]) =>
        score === undefined ? [] : [{ relation, score, rank: 1 }],
      );
    const members = [
      { id: "alone", evidence: evidence(undefined, 0.8) },
      { id: "both", evidence: evidence(0.84, 0.95) },
      { id: "close", evidence: evidence(0.87) },
      { id: "far", evidence: evidence(0.84) },
      { id: "target", evidence: evidence(0.9, 0.9) },
      { id: "under", evidence: evidence(0.8, 0.8) },
    ];
    const negativesOf = (negativeMargin?: number): string[] => {
      const { pairs } = selectPairs({
        retrievedSets: [{ queryId: "q", members }],
        seed: 1,
        negativeMargin,
      });
      const pair = pairs.find(({ targetId }) => targetId === "target")!;
      return pair.hardNegativeIds.slice(1).toSorted();
    };
    expect(negativesOf(0.05)).toEqual(["alone", "far", "under"]);
    expect(negativesOf(0)).toEqual(["alone", "close", "far", "under"]);
    expect(negativesOf()).toEqual(["alone", "both", "close", "far", "under"]);
    const onlyCaption = [
      { id: "caption", evidence: [{ relation: "T", score: 0.1, rank: 1 }] },
      { id: "target", evidence: evidence(0.9) },
    ];
    const strangers = { retrievedSets: [{ queryId: "q", members: onlyCaption }], seed: 1 };
    const { pairs } = selectPairs({ ...strangers, negativeMargin: 0 });
    expect(pairs.map(({ hardNegativeIds }) => hardNegativeIds)).toEqual([["q"], ["q"]]);
  });

  it("takes only negatives of the named ranks", () => {
    const { pairs } = selectPairs({
      retrievedSets: [setOf("q", ...TWELVE)],
      seed: 1,
      negativeRanks: [3, 6],
      strategy: "nearest",
      hardNegatives: 3,
    });
    const negatives = new Map(pairs.map((pair) => [pair.targetId, pair.hardNegativeIds.join("")]));
    expect([negatives.get("a"), negatives.get("d")]).toEqual(["qcde", "qcef"]);
  });

  it("leaves excluded images out of every part", () => {
    const { pairs, counts } = selectPairs({
      retrievedSets: [setOf("a", "q", "x"), setOf("q", "a", "x"), setOf("x", "a", "q")],
      seed: 3,
      isExcluded: (id) => id === "x",
    });
    expect(pairs.map(({ queryId, targetId }) => queryId + targetId)).toEqual(["aq", "qa"]);
    expect(pairs.flatMap(({ hardNegativeIds }) => hardNegativeIds)).not.toContain("x");
    expect(counts).toMatchObject({
      queries: 3,
      excludedQueries: 1,
      excludedMembers: 2,
      emptyQueries: 0,
    });
  });

  it("drops and counts pairs with too few negatives", () => {
    const retrievedSets = [setOf("q", "a"), setOf("r", "a", "b")];
    const { pairs, counts } = selectPairs({ retrievedSets, seed: 3, minimumHardNegatives: 1 });
    expect(pairs.map(({ queryId }) => queryId)).toEqual(["r", "r"]);
    expect(counts).toMatchObject({ droppedPairs: 1, emptyQueries: 1, pairs: 2 });
  });

  it("counts the evidence of chosen relations alone", () => {
    const neighbour = (id: string, rank: number): { id: string; score: number; rank: number } => ({
      id,
      score: 0.9,
      rank,
    });
    const retrievedSets = mergeNeighbours([
      { queryId: "q", relation: "D", neighbours: [neighbour("a", 1), neighbour("b", 2)] },
      { queryId: "q", relation: "T", neighbours: [neighbour("b", 1), neighbour("c", 2)] },
    ]);
    const { pairs, counts } = selectPairs({ retrievedSets, seed: 1, relations: ["T"] });
    expect(pairs.map(({ targetId, evidence }) => [targetId, evidence])).toEqual([
      ["b", [{ relation: "T", score: 0.9, rank: 1 }]],
      ["c", [{ relation: "T", score: 0.9, rank: 2 }]],
    ]);
    expect(counts.members).toBe(2);
  });

  it.each([
    [{ seed: 0.5 }, "seed is 0.5; expected a whole number."],
    [{ targetsPerQuery: 0 }, "targetsPerQuery is 0; expected a whole number from 1."],
    [{ hardNegatives: -1 }, "hardNegatives is -1; expected a whole number from 0."],
    [
      { hardNegatives: 2, minimumHardNegatives: 3 },
      "minimumHardNegatives is 3; expected at most hardNegatives, 2.",
    ],
    [{ negativeMargin: -0.1 }, "negativeMargin is -0.1; expected a difference of cosines, 0 to 2."],
    [
      { negativeRanks: [5, 2] as const },
      "negativeRanks are 5 to 2; expected whole numbers from 1, ascending.",
    ],
  ])("refuses %o", (wrong, message) => {
    expect(() => selectPairs({ retrievedSets: [], seed: 1, ...wrong })).toThrow(
      expect.objectContaining({ code: "invalid-argument", message }),
    );
  });
});
