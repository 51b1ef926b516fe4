import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mmebDataSets, readMmeb, scorePredictions } from "@megapairs/eval";
import { expect, it, vi } from "vitest";
import { annotations } from "./annotations.ts";
import reference from "./reference/mmeb-scores.json" with { type: "json" };

vi.setConfig({ testTimeout: 60_000 });

const PARQUET = join(import.meta.dirname, "reference/mmeb-rows.parquet");

interface MmebRow {
  readonly qry_text: string;
  readonly qry_img_path: string;
  readonly tgt_text: readonly string[];
  readonly tgt_img_path: readonly string[];
}

const rowOf = (n: number): MmebRow => ({
  qry_text: `<|image_1|> What is it? ${n}\n`,
  qry_img_path: `Set/${n}.jpg`,
  tgt_text: ["a cat", "a dog"],
  tgt_img_path: ["", ""],
});
const lines = (rows: readonly unknown[]): string =>
  rows.map((row) => JSON.stringify(row)).join("\n");
const thousand = Array.from({ length: 1000 }, (_, n) => rowOf(n));

it("reads Parquet as the hub writes it", async () => {
  const directory = await annotations({});
  await mkdir(join(directory, "ImageNet-1K/test"), { recursive: true });
  await copyFile(PARQUET, join(directory, "ImageNet-1K/test/0000.parquet"));
  const { queries, galleries, candidateOf, title } = await readMmeb({ directory });
  expect(title).toBe("MMEB");
  expect(queries).toHaveLength(1000);
  const query = queries[4]!;
  expect(query).toMatchObject({
    id: "ImageNet-1K/4",
    text: "Represent the given image for classification 4",
    groups: ["ImageNet-1K", "classification", "IND"],
  });
  expect(query.picture!.paths[0]).toBe("ImageNet-1K/image_4.jpg");
  expect(galleries.get(query.gallery)).toEqual(["0", "1", "2"]);
  expect(candidateOf(query, "2")).toEqual({ text: "class 4 2" });
});

it("puts the model's own image token where the published one stands, and shares equal candidates", async () => {
  const directory = await annotations({ "GQA.jsonl": lines(thousand) });
  const { queries, candidateOf } = await readMmeb({ directory, imageToken: "<image>" });
  expect(queries[7]!.text).toBe("<image> What is it? 7");
  expect(candidateOf(queries[0]!, "1")).toBe(candidateOf(queries[9]!, "1"));
});

it("joins the instructions of MMEB-V2's image rows, and names them", async () => {
  const rows = thousand.map((row) => ({
    ...row,
    qry_inst: "<|image_1|> Answer:",
    qry_text: "What is it?",
    tgt_inst: "",
    tgt_text: ["a cat", ""],
    tgt_img_path: ["", "dog.jpg"],
  }));
  const directory = await annotations({ "GQA.jsonl": lines(rows) });
  const { title, queries, candidateOf } = await readMmeb({ directory });
  expect(title).toBe("MMEB (V2 image rows)");
  expect(queries[0]!.text).toBe("Answer: What is it?");
  expect(candidateOf(queries[0]!, "0")).toEqual({ text: "a cat" });
  expect(candidateOf(queries[0]!, "1")).toEqual({
    picture: { paths: ["dog.jpg", "eval_images/dog.jpg", "image-tasks/dog.jpg"] },
  });
});

it("means over data sets, meta-tasks, IND and OOD as VLM2Vec's own numbers do", async () => {
  const files = Object.fromEntries(
    mmebDataSets.map(({ name }) => [`${name}.jsonl`, lines(thousand)]),
  );
  const benchmark = await readMmeb({ directory: await annotations(files) });
  const wins = new Map(Object.entries(reference["precision@1"]));
  const predictions = Object.fromEntries(
    benchmark.queries.map(({ id, groups: [set = ""] }) => {
      const isHit = Number(id.split("/").at(-1)) < Math.round(wins.get(set)! * 1000);
      return [id, { similarities: isHit ? [0.9, 0.1] : [0.1, 0.9] }];
    }),
  );
  const { title, isComplete, scores, groups, queries } = scorePredictions({
    benchmark,
    predictions,
  });
  expect(title).toBe("MMEB");
  expect(isComplete).toBe(true);
  expect(queries).toHaveLength(36_000);
  const { overall, ...printed } = reference.printed;
  expect(scores["P@1"]! * 100).toBeCloseTo(overall, 0);
  for (const [group, percent] of Object.entries(printed)) {
    expect(Math.abs(groups[group]!["P@1"]! * 100 - percent), group).toBeLessThan(0.35);
  }
  expect(groups["DocVQA"]!["P@1"]).toBeCloseTo(reference["precision@1"].DocVQA, 12);
});

it("tells what a constant encoder is worth, from similarities; rankings cannot", async () => {
  const benchmark = await readMmeb({
    directory: await annotations({ "GQA.jsonl": lines(thousand) }),
  });
  const constant = Object.fromEntries(
    benchmark.queries.map(({ id }) => [id, { similarities: new Float32Array(2).fill(0.5) }]),
  );
  const { title, scores } = scorePredictions({ benchmark, predictions: constant });
  expect(title).toBe("partial MMEB, 1000 of 1000 queries, 1 of 36 data sets");
  expect(scores).toEqual({
    "P@1": 1,
    "P@1 expected": 0.5,
    "P@1 pessimistic": 0,
    "P@1 optimistic": 1,
  });
  const ranked = Object.fromEntries(benchmark.queries.map(({ id }) => [id, ["0"]]));
  const result = scorePredictions({ benchmark, predictions: ranked });
  expect(Object.keys(result.scores)).toEqual(["P@1"]);
  expect(result.notes.join(" ")).toContain("Ties cannot be seen");
  const score = (list: unknown) => () =>
    scorePredictions({ benchmark, predictions: { "GQA/0": list } });
  expect(score({ similarities: [0.1] })).toThrow("1 similarities; expected one for each of 2");
  expect(score({ similarities: [0.1, Number.NaN] })).toThrow("NaN for candidate 1");
  expect(score({ similarities: [0.1, null] })).toThrow("null for candidate 1");
  expect(score({ scores: [0.1, 0.2] })).toThrow("an object without similarities");
  expect(score(["2"])).toThrow('"2" at rank 1, which is no candidate');
});

const broken: [string, string, string][] = [
  ["cut short", lines(thousand.slice(1)), "999 queries; expected the 1000"],
  ["cut in a row", lines(thousand).slice(0, -10), "line 1000 has no whole JSON"],
  [
    "of another version",
    lines([{ ...rowOf(0), qry_text: undefined, qry: "x" }]),
    "line 1: qry_text",
  ],
  ["uneven", lines([{ ...rowOf(0), tgt_img_path: [""] }]), "as many as tgt_text"],
  ["empty", lines([{ ...rowOf(0), tgt_text: ["", "a"] }]), "without text and picture"],
];
it.each(broken)("refuses a file that is %s, and says where", async (_, text, message) => {
  const directory = await annotations({ "GQA.jsonl": text });
  await expect(readMmeb({ directory })).rejects.toThrow(message);
});

it("refuses broken Parquet, unknown and absent data sets, and an empty folder", async () => {
  const directory = await annotations({});
  await expect(readMmeb({ directory })).rejects.toThrow("holds no data set of MMEB");
  await expect(readMmeb({ directory, dataSets: ["GQA"] })).rejects.toThrow("holds no GQA of MMEB");
  await expect(readMmeb({ directory, dataSets: ["CIFAR"] })).rejects.toThrow('no data set "CIFAR"');
  await writeFile(join(directory, "GQA.parquet"), "PAR1 and no more");
  await expect(readMmeb({ directory })).rejects.toThrow("no whole Parquet");
});
