import { array, assert, constantFrom, nat, property, record, subarray } from "fast-check";
import { expect, test } from "vitest";

import type { DrawnSample } from "../../src/data/draw-sample.ts";
import { planBatch } from "../../src/data/plan-batch.ts";
import type { BatchPlan } from "../../src/data/plan-batch.ts";

function row(id: string, parts: Partial<DrawnSample> & { positiveImage: string }): DrawnSample {
  return {
    id,
    queryImage: undefined,
    text: undefined,
    moreTexts: [],
    texts: parts.text === undefined ? [] : [parts.text],
    hardNegativeImages: [],
    otherPositiveImages: [],
    ...parts,
  };
}

/** Images whose names differ in case have the same content. */
function plan(
  samples: readonly DrawnSample[],
  falseNegatives: "mask" | "keep" = "mask",
): BatchPlan {
  return planBatch({ samples, contentOf: (key) => key.toLowerCase(), falseNegatives });
}

/** Names of the candidates that are no negatives of a query. */
function excludedOf({ excluded, images, candidateCount }: BatchPlan, query: number): string[] {
  const flags = excluded.subarray(query * candidateCount, (query + 1) * candidateCount);
  return images.filter((_, place) => flags[place] === 1);
}

test("pictures and texts come once: positives, then hard negatives, then what only asks", () => {
  const found = plan([
    row("1", { queryImage: "q", text: "red", positiveImage: "a", hardNegativeImages: ["q", "x"] }),
    row("2", { queryImage: "r", text: "red", positiveImage: "b", hardNegativeImages: ["x", "a"] }),
    row("3", { text: "blue", positiveImage: "a" }),
    row("4", { queryImage: "Q", positiveImage: "b" }),
  ]);
  expect(found.images).toEqual(["a", "b", "q", "x", "r"]);
  expect(found.candidateCount).toBe(4);
  expect(found.texts).toEqual(["red", "blue"]);
  expect(found.queries).toEqual([
    { sampleId: "1", image: 2, text: 0, positive: 0 },
    { sampleId: "2", image: 4, text: 0, positive: 1 },
    { sampleId: "3", image: -1, text: 1, positive: 0 },
    { sampleId: "4", image: 2, text: -1, positive: 1 },
  ]);
  expect([...found.excluded]).toEqual(Array.from({ length: 16 }, () => 0));
});

test("rule 1: a copy of the positive is the positive, masked or not", () => {
  for (const falseNegatives of ["mask", "keep"] as const) {
    const copies = [
      row("1", { text: "x", positiveImage: "a", hardNegativeImages: ["A", "h"] }),
      row("2", { text: "y", positiveImage: "A" }),
    ];
    const found = plan(copies, falseNegatives);
    expect(found.images).toEqual(["a", "h"]);
    expect(found.queries.map(({ positive }) => positive)).toEqual([0, 0]);
    expect([...found.excluded]).toEqual([0, 0, 0, 0]);
  }
});

test("rule 2: who asks the same does not push the other's answer away", () => {
  const asking = [
    row("1", { text: "a dog", positiveImage: "a" }),
    row("2", { text: "a dog", positiveImage: "b" }),
    row("3", { text: "a cat", positiveImage: "c" }),
    row("4", { queryImage: "q", text: "a dog", positiveImage: "d" }),
    row("5", { queryImage: "Q", text: "a dog", positiveImage: "e" }),
    row("6", { queryImage: "q", positiveImage: "f" }),
    row("7", { queryImage: "q", positiveImage: "g", otherPositiveImages: ["c"] }),
  ];
  const found = plan(asking);
  expect(asking.map((_, query) => excludedOf(found, query))).toEqual([
    ["b"],
    ["a"],
    [],
    ["e"],
    ["d"],
    ["c", "g"],
    ["c", "f"],
  ]);
  expect(plan(asking, "keep").excluded.every((flag) => flag === 0)).toBe(true);
});

test("rule 2 looks at all texts of the others, drawn or not", () => {
  const found = plan([
    row("1", { queryImage: "q", text: "red", texts: ["red", "crimson"], positiveImage: "a" }),
    row("2", { queryImage: "q", text: "crimson", texts: ["crimson"], positiveImage: "b" }),
  ]);
  expect(excludedOf(found, 0)).toEqual([]);
  expect(excludedOf(found, 1)).toEqual(["a"]);
});

test("rule 3: what a sample lists as another answer is no negative of it", () => {
  const found = plan([
    row("1", { text: "x", positiveImage: "a", otherPositiveImages: ["b", "gone", "z"] }),
    row("2", { text: "y", positiveImage: "b", queryImage: "z" }),
    row("3", { text: "z", positiveImage: "c", hardNegativeImages: ["B"] }),
  ]);
  expect(found.images).toEqual(["a", "b", "c", "z"]);
  expect([0, 1, 2].map((query) => excludedOf(found, query))).toEqual([["b"], [], []]);
});

test("rule 4: a sample's own hard negatives stay, unless it lists them as answers", () => {
  const found = plan([
    row("1", { text: "x", positiveImage: "a", hardNegativeImages: ["b"] }),
    row("2", { text: "x", positiveImage: "b" }),
    row("3", {
      text: "x",
      positiveImage: "c",
      hardNegativeImages: ["B"],
      otherPositiveImages: ["b"],
    }),
  ]);
  expect([0, 1, 2].map((query) => excludedOf(found, query))).toEqual([
    ["c"],
    ["a", "c"],
    ["a", "b"],
  ]);
});

test("any batch is planned as the rules say, one pair at a time", () => {
  const key = constantFrom("a", "b", "c", "d", "e", "A", "B", "C", "D", "E");
  const samples = array(
    record({
      queryImage: constantFrom(undefined, "a", "b", "A", "B"),
      texts: subarray(["x", "y", "z"], { minLength: 1 }),
      drawn: nat(2),
      positiveImage: key,
      hardNegativeImages: array(key, { maxLength: 3 }),
      otherPositiveImages: array(key, { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 8 },
  );
  assert(
    property(samples, (parts) => {
      const rows = parts.map((part, index) =>
        row(String(index), { ...part, text: part.texts[part.drawn % part.texts.length] }),
      );
      const found = plan(rows);
      const content = (name: string): string => name.toLowerCase();
      expect(new Set(found.images.map(content)).size).toBe(found.images.length);
      expect(found.images.slice(0, found.candidateCount).map(content).toSorted()).toEqual(
        [
          ...new Set(
            rows.flatMap((one) => [one.positiveImage, ...one.hardNegativeImages]).map(content),
          ),
        ].toSorted(),
      );
      for (const [query, one] of rows.entries()) {
        const expected = found.images
          .slice(0, found.candidateCount)
          .filter((candidate) => isFalseNegative(one, content(candidate), rows));
        expect(excludedOf(found, query)).toEqual(expected);
      }
    }),
    { numRuns: 500 },
  );
});

/** The four rules, slowly. Other positives count by key, and by the keys that the batch names. */
function isFalseNegative(
  one: DrawnSample,
  candidate: string,
  rows: readonly DrawnSample[],
): boolean {
  const named = new Set(
    rows.flatMap(({ queryImage, positiveImage, hardNegativeImages }) => [
      queryImage,
      positiveImage,
      ...hardNegativeImages,
    ]),
  );
  const answersOf = (other: DrawnSample): string[] => [
    other.positiveImage.toLowerCase(),
    ...other.otherPositiveImages
      .filter((name) => named.has(name))
      .map((name) => name.toLowerCase()),
  ];
  const [positive, ...others] = answersOf(one);
  if (candidate === positive) return false;
  if (others.includes(candidate)) return true;
  if (one.hardNegativeImages.some((name) => name.toLowerCase() === candidate)) return false;
  return rows.some(
    (other) =>
      other.queryImage?.toLowerCase() === one.queryImage?.toLowerCase() &&
      other.texts.includes(one.text!) &&
      answersOf(other).includes(candidate),
  );
}
