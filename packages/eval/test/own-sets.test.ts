import { readLabelledFolder, readTriplets, scorePredictions } from "@megapairs/eval";
import { describe, expect, it } from "vitest";
import { join } from "node:path";
import { annotations } from "./annotations.ts";

async function set(...rows: readonly unknown[]): Promise<string> {
  const text = rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n");
  return join(await annotations({ "test.jsonl": text }), "test.jsonl");
}

describe("readTriplets", () => {
  it("reads queries with several right answers and the gallery that is given", async () => {
    const file = await set(
      { set: "scenes", gallery: ["a.jpg", "b.jpg"] },
      { gallery: ["c.jpg", "d.jpg"], removesQuery: true },
      {
        id: "red",
        q_img: "a.jpg",
        q_text: "the same in red",
        targets: ["b.jpg", "c.jpg"],
        groups: ["colour"],
      },
      { q_text: "a horse", targets: ["d.jpg"] },
    );
    const benchmark = await readTriplets({ file });
    expect(benchmark.title).toBe("triplets scenes (query removed)");
    expect(benchmark.queries).toMatchObject([
      { id: "red", referenceId: "a.jpg", text: "the same in red", groups: ["colour"] },
      { id: "1", referenceId: "", text: "a horse" },
    ]);
    expect(benchmark.queries[1]).not.toHaveProperty("picture");
    expect(benchmark.candidateOf(benchmark.queries[0]!, "c.jpg")).toEqual({
      picture: { paths: ["c.jpg"] },
    });
    const { scores } = scorePredictions({
      benchmark,
      predictions: { red: ["d.jpg", "b.jpg", "c.jpg"], 1: ["d.jpg", "a.jpg", "b.jpg", "c.jpg"] },
    });
    expect(scores["R@1"]).toBe(1 / 2);
    expect(scores["mAP@5"]).toBeCloseTo(((1 / 2 + 2 / 3) / 2 + 1) / 2, 12);
    expect(scores["MRR@10"]).toBeCloseTo((1 / 2 + 1) / 2, 12);
    const best = 1 + 1 / Math.log2(3);
    expect(scores["nDCG@10"]).toBeCloseTo(
      ((1 / Math.log2(3) + 1 / Math.log2(4)) / best + 1) / 2,
      12,
    );
  });

  it("reads the released records, and of several texts the first or all", async () => {
    const row = { q_img: "a.jpg", q_text: ["x", "y"], t_img: "b.jpg", hns: ["a.jpg", "c.jpg"] };
    const file = await set(row, { ...row, q_text: undefined, q_texts: ["z"] });
    const first = await readTriplets({ file });
    expect(first.title).toBe("triplets test");
    expect(first.galleries.get("gallery")).toEqual(["a.jpg", "b.jpg", "c.jpg"]);
    expect(first.queries.map(({ id, text }) => [id, text])).toEqual([
      ["0", "x"],
      ["1", "z"],
    ]);
    const all = await readTriplets({ file, texts: "all" });
    expect(all.queries.map(({ id }) => id)).toEqual(["0/0", "0/1", "1"]);
  });

  const query = { q_img: "a.jpg", q_text: "x", targets: ["b.jpg"] };
  const broken: [string, readonly unknown[], string][] = [
    ["cut short", [query, '{"q_img": '], "line 2 has no whole JSON"],
    [
      "without an answer",
      [{ q_img: "a.jpg", q_text: "x" }],
      "line 1: all has another form; expected targets or t_img",
    ],
    ["without a question", [{ targets: ["b.jpg"] }], "expected q_img, q_text or both"],
    ["with an unknown setting", [{ set: "x", galery: [] }, query], "line 1"],
    [
      "of wrong types",
      [query, { ...query, targets: "b.jpg" }],
      "line 2: targets has another form; expected array",
    ],
    [
      "with an id twice",
      [
        { ...query, id: "1" },
        { ...query, id: "1" },
      ],
      'the id "1" again',
    ],
    ["with an answer outside the gallery", [{ gallery: ["a.jpg"] }, query], "right answer b.jpg"],
    ["empty", [{ gallery: ["a.jpg"] }], "holds no query"],
    ["of another kind", ["[1]"], "line 1"],
  ];
  it.each(broken)("refuses a set that is %s", async (_, rows, message) => {
    await expect(readTriplets({ file: await set(...rows) })).rejects.toThrow(message);
  });

  it("says which file is not there", async () => {
    await expect(readTriplets({ file: "/nowhere/set.jsonl" })).rejects.toThrow(
      "/nowhere/set.jsonl is not there",
    );
  });
});

describe("readLabelledFolder", () => {
  it("takes categories from folders; a picture alone in its category is a candidate", async () => {
    const directory = await annotations({
      "cat/1.jpg": "",
      "cat/2.png": "",
      "dog/3.jpg": "",
      "dog/notes.txt": "",
    });
    const { title, queries, galleries, rule } = await readLabelledFolder({ directory });
    expect(title).toMatch(/^categories megapairs-eval-/u);
    expect(rule).toContain("2 categories, 1 pictures alone in theirs");
    expect(queries.map(({ id, targets }) => [id, ...targets.keys()])).toEqual([
      ["cat/1.jpg", "cat/2.png"],
      ["cat/2.png", "cat/1.jpg"],
    ]);
    expect(galleries.get("folder")).toHaveLength(3);
    const [{ targets }] = queries as [(typeof queries)[number]];
    expect([targets.size, targets.has("cat/1.jpg"), targets.get("cat/1.jpg")]).toEqual([
      1,
      false,
      undefined,
    ]);
    expect([[...targets], [...targets.values()]]).toEqual([[["cat/2.png", 1]], [1]]);
  });

  it("takes them from labels.jsonl, by any field, of some rows", async () => {
    const rows = [
      { file: "a.jpg", label: "x", coarse: "1", kind: "photo" },
      { file: "b.jpg", label: "y", coarse: "1", kind: "photo" },
      { file: "c.jpg", label: "y", coarse: "1", kind: "drawing" },
    ];
    const text = rows.map((row) => JSON.stringify(row)).join("\n");
    const directory = await annotations({ "labels.jsonl": text });
    const read = await readLabelledFolder({
      directory,
      labelField: "coarse",
      where: { kind: "photo" },
    });
    expect(read.title).toMatch(/\(by coarse, kind photo\)$/u);
    expect(read.queries.map(({ id }) => id)).toEqual(["a.jpg", "b.jpg"]);
    await expect(readLabelledFolder({ directory, labelField: "size" })).rejects.toThrow(
      "line 1 has size that is no text",
    );
    await expect(readLabelledFolder({ directory, where: { kind: "film" } })).rejects.toThrow(
      "no two pictures of one category",
    );
  });
});
