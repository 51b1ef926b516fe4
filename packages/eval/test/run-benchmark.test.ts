import { join } from "node:path";
import {
  createEvalReport,
  parseEvalReport,
  pickExamples,
  readCirr,
  readMmeb,
  readTriplets,
  renderReportMarkdown,
  renderReportPage,
  runBenchmark,
  scorePredictions,
  shortcutReport,
} from "@megapairs/eval";
import type { Benchmark, BenchmarkItem, EncodeItems, RunBenchmarkOptions } from "@megapairs/eval";
import { MegaPairsError } from "@megapairs/spec";
import { describe, expect, it, vi } from "vitest";
import { annotations, cirrFiles } from "./annotations.ts";

vi.setConfig({ testTimeout: 60_000 });

/** Colours and shapes: a picture `red-disc.jpg` shows both, a text names one. */
const COLOURS = ["red", "green", "blue"];
const SHAPES = ["disc", "square", "star"];
const pictures = COLOURS.flatMap((colour) => SHAPES.map((shape) => `${colour}-${shape}.jpg`));

/** Every picture asks for its shape in the other colours; two right answers would be too easy. */
async function colours(): Promise<Benchmark> {
  const rows = COLOURS.flatMap((colour) =>
    SHAPES.flatMap((shape) =>
      COLOURS.filter((other) => other !== colour).map((other) => ({
        id: `${colour} ${shape} in ${other}`,
        q_img: `${colour}-${shape}.jpg`,
        q_text: other,
        targets: [`${other}-${shape}.jpg`],
      })),
    ),
  );
  const text = [{ set: "colours", gallery: pictures }, ...rows].map((row) => JSON.stringify(row));
  return readTriplets({
    file: join(await annotations({ "set.jsonl": text.join("\n") }), "set.jsonl"),
  });
}

/** A composed query means the picture's shape in the text's colour. */
function vectorOf({ picture, text }: BenchmarkItem): number[] {
  const [, colour = "", shape = ""] = /^(\w+)-(\w+)\.jpg$/u.exec(picture?.paths[0] ?? "") ?? [];
  const seen = text ?? colour;
  const values = [
    ...COLOURS.map((one) => (one === seen ? 1 : 0)),
    ...SHAPES.map((one) => (one === shape ? 1 : 0)),
  ];
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

const DIMENSIONS = COLOURS.length + SHAPES.length;
const encode: EncodeItems = async (items) => ({
  vectors: Float32Array.from(items.flatMap(vectorOf)),
  rejects: [],
});
const encoder = {
  modelId: "words",
  dimensions: DIMENSIONS,
  supports: { inputs: ["text", "image", "composed"], maxBatch: 8 },
} as const;
const model = { ...encoder, fingerprint: "f".repeat(64) };

async function run(options: Partial<RunBenchmarkOptions> = {}) {
  return runBenchmark({ benchmark: await colours(), encoder, encode, threads: 1, ...options });
}

describe("runBenchmark", () => {
  it("ranks and scores, and tells how much of it needs picture and text", async () => {
    const { result, shortcuts, predictions, warnings } = await run();
    expect(result!.title).toBe("triplets colours");
    expect(result!.scores["R@1"]).toBe(1);
    expect(predictions["red star in blue"]![0]).toBe("blue-star.jpg");
    expect(warnings).toEqual([]);
    expect(shortcuts.image!.scores["R@1"]).toBe(0);
    expect(shortcuts.text!.scores["R@1"]).toBeLessThan(0.7);
    const report = shortcutReport({ composed: result!, ...shortcuts, metric: "R@1", seed: 1 });
    const text = shortcuts.text!.scores["R@1"]!;
    expect(report.needsBoth.mean).toBeCloseTo(1 - text, 12);
    expect(report.shareThatNeedsBoth).toBeCloseTo(1 - text, 12);
    expect(report.lostByComposing.mean).toBe(0);
    expect(() => shortcutReport({ composed: result!, seed: 1 })).toThrow("no run by one side");
    expect(() =>
      shortcutReport({ composed: result!, image: result!, metric: "R@7", seed: 1 }),
    ).toThrow("has no R@7");
  });

  it("never composes silently: names what else could be done, and does it under another name", async () => {
    const plain = { ...encoder, supports: { inputs: ["text", "image"], maxBatch: 8 } } as const;
    const refused = await run({ encoder: plain }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "unsupported" });
    expect((refused as Error).message).toContain('"sum" (image and text encoded apart and added)');
    const sum = await run({ encoder: plain, composition: "sum" });
    expect(sum.result!.title).toBe("triplets colours (image and text encoded apart and added)");
    expect(sum.result!.rule).toContain("encoded apart");
    expect(Object.keys(sum.shortcuts)).toEqual(["image", "text"]);
    const image = await run({ encoder: plain, composition: "image" });
    expect(image.result!.title).toBe("triplets colours (image alone)");
    expect(image.shortcuts).toEqual({});
    const blind = { ...encoder, supports: { inputs: ["text"], maxBatch: 8 } } as const;
    await expect(run({ encoder: blind, composition: "text" })).rejects.toThrow(
      "items that are image alone",
    );
  });

  it("leaves out what has no vector, and never under the benchmark's name", async () => {
    const partial = await run({
      encode: async (items, role) => {
        const rejects = [...items.keys()]
          .filter((index) => items[index]!.picture?.paths[0] === "red-star.jpg")
          .map((index) => ({ index, code: "corrupt-data" as const, reason: `no ${role}` }));
        return { ...(await encode(items, role)), rejects };
      },
    });
    expect(partial.result!.title).toBe(
      "partial triplets colours, 14 of 18 queries, 8 of 9 candidates",
    );
    expect(partial.result!.isComplete).toBe(false);
    expect(partial.missing.map(({ role }) => role)).toEqual(["candidate", "query", "query"]);
    expect(Object.values(partial.predictions).flat()).not.toContain("red-star.jpg");
    const report = createEvalReport({ run: { ...partial, result: partial.result! }, model });
    expect(report.missing[0]).toBe("candidate red-star.jpg: corrupt-data, no candidate");
    expect(report.missingQueries).toHaveLength(4);
    const few = await run({ limit: 3 });
    expect(few.result!.title).toBe("partial triplets colours, 3 of 18 queries");
    await expect(
      run({
        encode: async (items) => ({
          vectors: new Float32Array(items.length * DIMENSIONS),
          rejects: [...items.keys()].map((index) => ({
            index,
            code: "corrupt-data" as const,
            reason: "broken",
          })),
        }),
      }),
    ).rejects.toThrow("could be ranked: broken");
  });

  it("speaks up when an encoder says the same of everything, and gives it its chance and no more", async () => {
    const constant: EncodeItems = async (items) => ({
      vectors: new Float32Array(items.length * DIMENSIONS).fill(DIMENSIONS ** -0.5),
      rejects: [],
    });
    const { warnings, result } = await run({ encode: constant });
    expect(warnings).toEqual([
      expect.stringContaining("Candidates of gallery: All 9 vectors are the same"),
      expect.stringContaining("Queries of gallery: All 18 vectors are the same"),
    ]);
    expect(result!.scores["R@1"]).toBeLessThan(0.45);
  });

  it("leaves out a query whose right answer is no candidate of what is there", async () => {
    const benchmark = await colours();
    const galleries = new Map([["gallery", pictures.slice(1)]]);
    const shortfalls = [{ what: "candidates", found: 8, expected: 9 }];
    const { result } = await run({ benchmark: { ...benchmark, galleries, shortfalls } });
    expect(result!.title).toBe("partial triplets colours, 16 of 18 queries, 8 of 9 candidates");
  });

  it("lets a reranker at the head of the rankings", async () => {
    const reversed = await run({
      rerankDepth: 9,
      rerank: async ({ candidates }) => candidates.map(({ id }) => id).toReversed(),
    });
    expect(reversed.result!.title).toBe("triplets colours (reranked)");
    expect(reversed.result!.scores["R@1"]).toBe(0);
    expect(reversed.predictions["red star in blue"]!.at(-1)).toBe("blue-star.jpg");
    await expect(
      run({ rerank: async ({ candidates }) => candidates.slice(1).map(({ id }) => id) }),
    ).rejects.toThrow("The reranker gave 8 ids");
  });

  it("ranks candidates of the queries' own, and sees their ties", async () => {
    const row = (n: number) => ({
      qry_text: n % 2 === 0 ? "red" : "grey",
      qry_img_path: "",
      tgt_text: ["red", "blue", "red"],
      tgt_img_path: ["", "", ""],
    });
    const rows = Array.from({ length: 1000 }, (_, n) => JSON.stringify(row(n)));
    const benchmark = await readMmeb({
      directory: await annotations({ "GQA.jsonl": rows.join("\n") }),
    });
    const { result, predictions } = await run({
      benchmark,
      encode: async (items) => ({
        vectors: Float32Array.from(
          items.flatMap((item) =>
            item.text === "grey" ? Array(6).fill(6 ** -0.5) : vectorOf(item),
          ),
        ) as Float32Array,
        rejects: [],
      }),
    });
    const lacking: EncodeItems = async (items, role) => ({
      ...(await encode(items, role)),
      rejects: items.flatMap(({ text }, index) =>
        text === "blue" ? [{ index, code: "corrupt-data" as const, reason: "no blue" }] : [],
      ),
    });
    await expect(run({ benchmark, encode: lacking })).rejects.toThrow("could be ranked: no blue");
    expect(result!.scores["P@1"]).toBe(1);
    expect(result!.scores["P@1 expected"]).toBeCloseTo((1 / 2 + 1 / 3) / 2, 12);
    expect(result!.scores["P@1 pessimistic"]).toBe(0);
    const again = scorePredictions({ benchmark, predictions });
    expect(again.scores["P@1"]).toBe(result!.scores["P@1"]);
    const nothing: EncodeItems = async (items) => ({
      vectors: new Float32Array(items.length * DIMENSIONS).fill(Number.NaN),
      rejects: [],
    });
    await expect(run({ benchmark, encode: nothing })).rejects.toThrow("norm NaN");
  });
});

it("ranks CIRR without the reference, and the query's set as deep as it lies", async () => {
  const { captions, images } = cirrFiles();
  const directory = await annotations({
    "captions/cap.rc2.val.json": captions,
    "image_splits/split.rc2.val.json": images,
  });
  const benchmark = await readCirr({ directory, split: "val" });
  const angle = ({ picture, text }: BenchmarkItem): number =>
    text === undefined ? Number(/(\d+)-?$/u.exec(picture!.paths[2]!.slice(0, -4))![1]) * 0.61 : 4.2;
  const { result, predictions } = await run({
    benchmark,
    limit: 30,
    shortcuts: false,
    encoder: { ...encoder, dimensions: 2 },
    encode: async (items) => ({
      vectors: Float32Array.from(
        items.flatMap((item) => [Math.cos(angle(item)), Math.sin(angle(item))]),
      ),
      rejects: [],
    }),
  });
  expect(result!.title).toBe("partial CIRR val, 30 of 4181 queries");
  expect(result!.notes).toHaveLength(1);
  for (const { id, referenceId, subsetIds } of benchmark.queries.slice(0, 30)) {
    const ranking = predictions[id]!;
    expect(ranking).not.toContain(referenceId);
    expect(new Set(ranking).size).toBe(ranking.length);
    const cosine = (one: string): number =>
      Math.cos(angle({ picture: { paths: ["", "", `${one}.png`] } }) - 4.2);
    const set = subsetIds.toSorted((one, other) => cosine(other) - cosine(one));
    expect(ranking.filter((one) => subsetIds.includes(one))).toEqual(set);
  }
});

describe("reports", () => {
  it("say it all in JSON that can be compared, in Markdown and on a page that loads nothing", async () => {
    const done = await run({ composition: "sum" });
    const report = createEvalReport({ run: { ...done, result: done.result! }, model, seed: 3 });
    const text = JSON.stringify(report);
    const parsed = parseEvalReport(text, "results.json");
    expect(parsed.scores).toEqual(
      Object.fromEntries(Object.entries(report.scores).map(([name, { mean }]) => [name, mean])),
    );
    expect(parsed.title).toBe((await run()).protocol);
    expect(() => parseEvalReport(text.slice(9), "x.json")).toThrow("x.json is no whole JSON");
    expect(() => parseEvalReport("{}", "x.json")).toThrow("x.json is no result of a run: format");

    const markdown = renderReportMarkdown(report);
    expect(markdown).toContain("# triplets colours (image and text encoded apart and added)");
    expect(markdown).toMatch(/\| R@1 \| +\d+\.\d\d \|/u);
    expect(markdown).toContain("| text alone |");

    const { best, worst } = pickExamples(done, { count: 2, candidates: 3 });
    expect([best.length, worst.length]).toEqual([2, 2]);
    expect(best[0]!.score).toBeGreaterThanOrEqual(worst[0]!.score);
    const page = renderReportPage({
      report: { ...report, notes: ['<script>alert("x")</script>'] },
      best,
      worst,
      pictureOf: ({ picture }) =>
        picture && { url: "data:image/jpeg;base64,AA==", width: 4, height: 3 },
    });
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain('<html lang="en">');
    expect(page).toContain("prefers-color-scheme:dark");
    const sources = [...page.matchAll(/(?:src|href)="([^"]*)"/gu)].map(([, url]) => url!);
    expect(sources.every((url) => url.startsWith("data:") || url.startsWith("#"))).toBe(true);
    const images = [...page.matchAll(/<img [^>]*>/gu)].map(([tag]) => tag);
    expect(images.length).toBeGreaterThan(4);
    expect(images.every((tag) => /alt="[^"]+"/u.test(tag))).toBe(true);
    expect(page.match(/<h1>/gu)).toHaveLength(1);
  });

  it("throws nothing away on the way of an abort", async () => {
    const abort = new AbortController();
    abort.abort(new MegaPairsError("unavailable", "stopped"));
    await expect(run({ signal: abort.signal })).rejects.toThrow("stopped");
  });
});
