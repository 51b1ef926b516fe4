import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareMembers, mergeNeighbours } from "@megapairs/mine";
import type { NeighbourRecord } from "@megapairs/spec";

function record(queryId: string, relation: string, ...ids: readonly string[]): NeighbourRecord {
  const neighbours = ids.map((id, place) => ({ id, score: 0.9 - place / 100, rank: place + 1 }));
  return { queryId, relation, neighbours };
}

describe("mergeNeighbours", () => {
  it("unites relations and says which found what", () => {
    expect(mergeNeighbours([record("q", "T", "b", "c"), record("q", "D", "a", "b")])).toEqual([
      {
        queryId: "q",
        members: [
          { id: "a", evidence: [{ relation: "D", score: 0.9, rank: 1 }] },
          {
            id: "b",
            evidence: [
              { relation: "D", score: 0.89, rank: 2 },
              { relation: "T", score: 0.9, rank: 1 },
            ],
          },
          { id: "c", evidence: [{ relation: "T", score: 0.89, rank: 2 }] },
        ],
      },
    ]);
  });

  it("keeps a query whose bands caught nothing", () => {
    expect(mergeNeighbours([record("q", "I")])).toEqual([{ queryId: "q", members: [] }]);
  });

  it("does not depend on the order of the records", () => {
    const records = ["q3", "q1", "q2"].flatMap((queryId) => [
      record(queryId, "I", "b", "a"),
      record(queryId, "D", "c", "b"),
      record(queryId, "T"),
    ]);
    const expected = mergeNeighbours(records);
    expect(expected.map(({ queryId }) => queryId)).toEqual(["q1", "q2", "q3"]);
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: records.length }), (shuffled) => {
        expect(mergeNeighbours(shuffled)).toEqual(expected);
      }),
    );
  });

  it.each([
    [[record("q", "I", "a"), record("q", "I", "b")], "Query q has two records of I."],
    [[record("q", "I", "q")], "Query q is its own neighbour under I."],
    [[record("q", "I", "a", "a")], "Query q has the neighbour a twice under I."],
  ])("refuses %o", (records, message) => {
    expect(() => mergeNeighbours(records)).toThrow(
      expect.objectContaining({ code: "invalid-argument", message }),
    );
  });
});

describe("compareMembers", () => {
  it("prefers more relations, then a better rank, then the lower id", () => {
    const [set] = mergeNeighbours([
      record("q", "D", "both", "first", "second"),
      record("q", "T", "other", "twin", "third", "both"),
    ]);
    expect(set!.members.toSorted(compareMembers).map(({ id }) => id)).toEqual([
      "both",
      "other",
      "first",
      "twin",
      "second",
      "third",
    ]);
  });
});
