import {
  checkSubmission,
  compareScores,
  createSubmission,
  groupIntervals,
  publishedScores,
  readCirco,
  readCirr,
  scoreIntervals,
  scorePredictions,
} from "@megapairs/eval";
import { describe, expect, it, vi } from "vitest";
import { annotations, circoRows, cirrFiles } from "./annotations.ts";

vi.setConfig({ testTimeout: 60_000 });

const circo = async (removesReference = false) =>
  readCirco({
    directory: await annotations({ "annotations/val.json": circoRows() }),
    split: "val",
    removesReference,
  });

/** 52 ids: the reference at rank 1, one ground truth at rank 2, another at rank 4. */
const list = (query: number): number[] => [
  10 * query + 9,
  10 * query + 1,
  1_000_000,
  10 * query + 2,
  ...Array.from({ length: 48 }, (_, index) => 2_000_000 + index),
];
const all = (): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: 220 }, (_, query) => [String(query), list(query)]));

const cirr = async () => {
  const { captions, images } = cirrFiles();
  const directory = await annotations({
    "captions/cap.rc2.val.json": captions,
    "image_splits/split.rc2.val.json": images,
  });
  return readCirr({ directory, split: "val" });
};

describe("scorePredictions", () => {
  it("scores CIRCO with the reference kept, and on request removed, under another name", async () => {
    const kept = scorePredictions({ benchmark: await circo(), predictions: all() });
    expect(kept.title).toBe("CIRCO val");
    expect(kept.scores["mAP@5"]).toBeCloseTo((1 / 2 + 2 / 4) / 2, 12);
    expect(kept.scores["R@5"]).toBe(1);
    expect(kept.groups["negation"]!["mAP@5"]).toBeCloseTo(0.5, 12);
    expect(kept.notes).toEqual([expect.stringContaining("were not checked")]);
    const removed = scorePredictions({ benchmark: await circo(true), predictions: all() });
    expect(removed.title).toBe("CIRCO val (reference removed)");
    expect(removed.scores["mAP@5"]).toBeCloseTo((1 + 2 / 3) / 2, 12);
  });

  it("never reports a partial run under the name of the benchmark", async () => {
    const { title, isComplete, missingQueries, notes } = scorePredictions({
      benchmark: await circo(),
      predictions: { 5: list(5), 3: list(3) },
    });
    expect(title).toBe("partial CIRCO val, 2 of 220 queries");
    expect(isComplete).toBe(false);
    expect(missingQueries).toHaveLength(218);
    expect(notes[0]).toContain("not to be reported");
  });

  const wrong: [string, unknown, string][] = [
    ["a list", [], "a list"],
    ["nothing", {}, "no query"],
    ["an unknown query", { 220: list(1) }, 'no query "220"'],
    ["no list for a query", { 1: "10" }, 'Query "1" has a string'],
    ["an object as an id", { 1: [[1]] }, "a list at rank 1"],
    ["a broken number", { 1: [1.5] }, "1.5 at rank 1"],
    ["no id of COCO", { 1: ["cat"] }, '"cat" at rank 1'],
    ["padded ids", { 1: ["000000000009"] }, "no candidate"],
    ["an id twice, once as text", { 1: [7, 8, "7"] }, '"7" at ranks 1 and 3'],
    ["too few ids", { 1: list(1).slice(0, 49) }, "49 candidates; expected at least 50"],
  ];
  it.each(wrong)("refuses %s", async (_, predictions, message) => {
    const benchmark = await circo();
    expect(() => scorePredictions({ benchmark, predictions })).toThrow(message);
  });

  it("takes CIRR's subset recall from the same rankings, or leaves it out with a note", async () => {
    const benchmark = await cirr();
    const gallery = benchmark.galleries.get("val")!;
    const whole = Object.fromEntries(
      benchmark.queries.map(({ id, referenceId, subsetIds }, index) => {
        const front = [referenceId, subsetIds[1]!, ...(index % 2 === 0 ? [subsetIds[0]!] : [])];
        return [id, [...front, ...gallery.filter((one) => !front.includes(one))].slice(0, 2000)];
      }),
    );
    const { scores, notes } = scorePredictions({ benchmark, predictions: whole });
    expect(scores["R@1"]).toBe(0);
    expect(scores["Rs@1"]).toBe(0);
    expect(scores["Rs@2"]).toBe(1);
    expect(notes).toEqual([]);
    const cut = Object.fromEntries(
      benchmark.queries.map(({ id, referenceId, subsetIds }) => [
        id,
        gallery.filter((one) => one !== referenceId && !subsetIds.includes(one)).slice(0, 50),
      ]),
    );
    const short = scorePredictions({ benchmark, predictions: { version: "rc2", ...cut } });
    expect(Object.keys(short.scores)).toEqual(["R@1", "R@5", "R@10", "R@50"]);
    expect(short.notes[0]).toContain("4181 rankings");
    const first = benchmark.queries[0]!;
    expect(() =>
      scorePredictions({
        benchmark,
        predictions: { [first.id]: [first.referenceId, ...cut[first.id]!.slice(1)] },
      }),
    ).toThrow("49 candidates beside its reference");
  });

  it("does not score a split without targets", async () => {
    const rows = circoRows(800).map(
      ({ id, reference_img_id, relative_caption, shared_concept }) => ({
        id,
        reference_img_id,
        relative_caption,
        shared_concept,
      }),
    );
    const directory = await annotations({ "annotations/test.json": rows });
    const benchmark = await readCirco({ directory, split: "test" });
    expect(() => scorePredictions({ benchmark, predictions: all() })).toThrow("no public targets");
    expect(() => createSubmission({ benchmark, predictions: all() })).toThrow(
      'Query "220" has 0 candidates for map; expected 50',
    );
  });
});

describe("submissions", () => {
  it("writes for CIRCO what the server takes", async () => {
    const benchmark = await circo();
    const [submission] = createSubmission({ benchmark, predictions: all() });
    expect(checkSubmission(benchmark, submission!.json)).toBe("map");
    expect(JSON.parse(submission!.json)).toMatchObject({ 7: list(7).slice(0, 50) });
    const broken: [unknown, string][] = [
      [{ ...all() }, "52 candidates"],
      [{ ...JSON.parse(submission!.json), 7: list(7).slice(0, 50).map(String) }, "another type"],
      [{ ...JSON.parse(submission!.json), 220: list(7) }, 'no query "220"'],
      [[], "no query"],
    ];
    for (const [value, message] of broken) {
      expect(() => checkSubmission(benchmark, JSON.stringify(value))).toThrow(message);
    }
    expect(() => checkSubmission(benchmark, submission!.json.slice(1))).toThrow("no whole JSON");
  });

  it("writes two files for CIRR, without the reference", async () => {
    const benchmark = await cirr();
    const gallery = benchmark.galleries.get("val")!;
    const predictions = Object.fromEntries(
      benchmark.queries.map(({ id, referenceId, subsetIds }) => {
        const front = [referenceId, ...subsetIds];
        return [id, [...front, ...gallery.filter((one) => !front.includes(one)).slice(0, 60)]];
      }),
    );
    const files = createSubmission({ benchmark, predictions });
    expect(files.map(({ json }) => checkSubmission(benchmark, json))).toEqual([
      "recall",
      "recall_subset",
    ]);
    const recall = JSON.parse(files[0]!.json) as Record<string, unknown>;
    expect(recall).toMatchObject({ version: "rc2", metric: "recall" });
    const { id, subsetIds, referenceId } = benchmark.queries[0]!;
    expect((JSON.parse(files[1]!.json) as typeof recall)[id]).toEqual(subsetIds.slice(0, 3));
    const check = (change: Record<string, unknown>) => () =>
      checkSubmission(benchmark, JSON.stringify({ ...recall, ...change }));
    expect(check({ version: "rc1" })).toThrow('version is "rc1"');
    expect(check({ metric: "map" })).toThrow('metric is "map"');
    expect(check({ [id]: [referenceId, ...(recall[id] as string[]).slice(1)] })).toThrow(
      "no reference",
    );
  });
});

describe("comparing runs", () => {
  it("gives every score an interval, and a difference its p-value", async () => {
    const benchmark = await circo();
    const first = scorePredictions({ benchmark, predictions: all() });
    const worse = Object.fromEntries(
      Object.entries(all()).map(([id, ranked], index) => {
        const ids = ranked as number[];
        return [id, index < 60 ? [...ids.slice(2), ...ids.slice(0, 2)] : ids];
      }),
    );
    const second = scorePredictions({ benchmark, predictions: worse });
    const intervals = scoreIntervals(second, { seed: 1 });
    expect(intervals["mAP@5"]!.mean).toBeCloseTo(second.scores["mAP@5"]!, 12);
    expect(intervals["mAP@5"]!.lower).toBeLessThan(second.scores["mAP@5"]!);
    const ofGroups = groupIntervals(second, { seed: 1 });
    expect(ofGroups["negation"]!.mean).toBeCloseTo(second.groups["negation"]!["mAP@5"]!, 12);
    expect(ofGroups["negation"]!.upper).toBeGreaterThan(ofGroups["negation"]!.mean);
    const compared = compareScores({ first, second, seed: 1 });
    expect(compared.metric).toBe("mAP@5");
    expect(compared.difference.mean).toBeCloseTo(compared.first - compared.second, 12);
    expect(compared.difference.lower).toBeGreaterThan(0);
    expect(compared.pValue).toBe(1 / 10_001);
    expect(compareScores({ first, second: first, seed: 1 }).pValue).toBe(1);
  });

  it("refuses runs of different rules or queries", async () => {
    const first = scorePredictions({ benchmark: await circo(), predictions: all() });
    const other = scorePredictions({ benchmark: await circo(true), predictions: all() });
    expect(() => compareScores({ first, second: other, seed: 1 })).toThrow("the same rule");
    expect(() => compareScores({ first, second: first, metric: "R@1", seed: 1 })).toThrow("no R@1");
  });
});

it("publishes the paper's scores, each with its source", () => {
  const scores = publishedScores
    .filter(({ model, source }) => model === "MMRet-MLLM" && source.includes("zero-shot table"))
    .map(({ benchmark, metric, percent }) => [benchmark, metric, percent]);
  expect(scores).toEqual([
    ["circo", "mAP@5", 42.2],
    ["cirr", "R@1", 46.7],
    ["cirr", "Rs@1", 75.4],
    ["fashioniq", "R@10", 35.6],
    ["genecis", "R@1", 21.1],
  ]);
  expect(publishedScores.every(({ source }) => /arXiv|github|leaderboard/u.test(source))).toBe(
    true,
  );
});

it("publishes no number twice, and none that is no percentage", () => {
  const keys = publishedScores.map((one) =>
    JSON.stringify([
      one.model,
      one.benchmark,
      one.split,
      one.metric,
      one.setting,
      one.trainingPairs,
    ]),
  );
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  expect(publishedScores.every(({ percent }) => percent >= 0 && percent <= 100)).toBe(true);
});
