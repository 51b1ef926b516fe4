import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { exportMegaPairs, openRunDatabase, openTarCorpus, readMegaPairs } from "@megapairs/dataset";
import type { ExportProgress, RunDatabase } from "@megapairs/dataset";
import { expect, test } from "vitest";

import { entriesOf } from "../fixtures/files.ts";
import { collect, imageRow, imageShard, pair, sha256 } from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();

/** 30 images and 12 pairs of them, 10 annotated, committed in this order of shards. */
async function filledDatabase(name: string, order: readonly number[]): Promise<RunDatabase> {
  const database = await openRunDatabase(path.join(root, name));
  for (const shard of order) await database.commit(imageShard(shard));
  const pairs = Array.from({ length: 12 }, (_, index) => pair(index % 4, index + 4));
  for (const part of order) {
    const mine = pairs.filter((_, index) => index % 3 === part);
    await database.commit({
      stage: "annotate",
      identity: "annotate",
      shard: String(part),
      tables: {
        pairs: mine.map((row) => ({ ...row })),
        descriptions: mine.map(({ id }) => ({ pairId: id, text: `about ${id}`, wordLimit: 70 })),
        instructions: mine
          .filter(({ id }) => id !== pairs[0]?.id && id !== pairs[5]?.id)
          .map(({ id }) => ({ pairId: id, texts: ["one", "two 🐈", `"three"`] })),
      },
      rejects: [],
    });
  }
  return database;
}

async function filesOf(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).toSorted();
  const hashes = names.map(async (name) => [
    name,
    sha256(await readFile(path.join(directory, name))),
  ]);
  return Object.fromEntries(await Promise.all(hashes)) as Record<string, string>;
}

const database = await filledDatabase("database", [0, 1, 2]);

test("the export is in the released format and reads back", async () => {
  const directory = path.join(root, "export");
  const progress: ExportProgress[] = [];
  const result = await exportMegaPairs({
    database,
    directory,
    onProgress: (at) => progress.push(at),
  });
  const triplets = await collect(database.readTriplets());
  const exported = (id: string): string => `images/${id.slice(0, 2)}/${id}.jpg`;

  const text = await readFile(result.jsonlPath, "utf8");
  expect(text.split("\n")[0]).toBe(
    JSON.stringify({
      q_img: exported(triplets[0]?.queryId ?? ""),
      q_text: ["one", "two 🐈", '"three"'],
      t_img: exported(triplets[0]?.targetId ?? ""),
      hns: triplets[0]?.hardNegativeIds.map(exported),
    }),
  );
  expect(await collect(readMegaPairs({ jsonl: result.jsonlPath }))).toEqual(
    triplets.map((triplet, index) => ({
      line: index + 1,
      queryImage: exported(triplet.queryId),
      instructions: triplet.instructions,
      targetImage: exported(triplet.targetId),
      hardNegativeImages: triplet.hardNegativeIds.map(exported),
    })),
  );

  const used = new Set(
    triplets.flatMap((triplet) => [triplet.queryId, triplet.targetId, ...triplet.hardNegativeIds]),
  );
  expect(result).toMatchObject({ directory, triplets: 10, images: used.size });
  const entries = await entriesOf(openTarCorpus({ files: result.tarPaths }), 100);
  expect(entries.map((entry) => entry.path)).toEqual(
    [...used].toSorted().map((id) => `images-00000.tar/${exported(id)}`),
  );
  for (const entry of entries) expect(entry.path).toContain(sha256(await entry.read()));

  const provenance = (await readFile(path.join(directory, "provenance.jsonl"), "utf8"))
    .trim()
    .split("\n");
  expect(provenance).toHaveLength(10);
  const [first] = provenance.map((line) => JSON.parse(line) as Record<string, unknown>);
  const query = [0, 1, 2, 3]
    .map((number) => imageRow(number))
    .find(({ id }) => id === triplets[0]?.queryId);
  expect(first).toMatchObject({
    pair: triplets[0]?.id,
    evidence: triplets[0]?.evidence,
    description: triplets[0]?.description,
    query: { source: query?.path, caption: query?.caption ?? null },
  });
  const card = await readFile(path.join(directory, "README.md"), "utf8");
  expect(card).toContain("| triplets (query image, instructions, target image) | 10 |");
  expect(card).toContain("| instructions | 30 (3.00 a triplet) |");
  expect(progress.at(-1)).toEqual({ phase: "images", done: used.size, total: used.size });
});

test("the same data give the same bytes, in whatever order they were committed", async () => {
  const other = await filledDatabase("other", [2, 0, 1]);
  const settings = { shardBytes: 4096 };
  await exportMegaPairs({ ...settings, database, directory: path.join(root, "left") });
  const result = await exportMegaPairs({
    ...settings,
    database: other,
    directory: path.join(root, "right"),
  });
  const left = await filesOf(path.join(root, "left"));
  expect(await filesOf(path.join(root, "right"))).toEqual(left);
  expect(result.tarPaths.length).toBeGreaterThan(2);
  expect(Object.keys(left)).toContain("images-00002.tar");
  expect(await entriesOf(openTarCorpus({ files: result.tarPaths }), 7)).toHaveLength(result.images);
});

test("an export replaces an earlier one only when asked, and nothing else ever", async () => {
  const directory = path.join(root, "again");
  await exportMegaPairs({ database, directory });
  await expect(exportMegaPairs({ database, directory })).rejects.toMatchObject({
    code: "invalid-argument",
  });
  await writeFile(path.join(directory, "images-00099.tar"), "x");
  await exportMegaPairs({ database, directory, overwrite: true });
  expect(await filesOf(directory)).toEqual(await filesOf(path.join(root, "export")));
  await writeFile(path.join(directory, "thesis.txt"), "x");
  await expect(exportMegaPairs({ database, directory, overwrite: true })).rejects.toThrow(
    "holds thesis.txt, which no export wrote",
  );
  expect(await readdir(directory)).toContain("thesis.txt");
  const occupied = path.join(root, "occupied");
  await mkdir(occupied);
  await writeFile(path.join(occupied, "thesis.txt"), "x");
  await expect(
    exportMegaPairs({ database, directory: occupied, overwrite: true }),
  ).rejects.toMatchObject({
    code: "invalid-argument",
  });
  expect(await readdir(occupied)).toEqual(["thesis.txt"]);
});

test("a failed or aborted export leaves nothing", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const aborted = exportMegaPairs({
    database,
    directory: path.join(root, "aborted"),
    signal: controller.signal,
    onProgress: ({ phase }) => phase === "triplets" && controller.abort(reason),
  });
  await expect(aborted).rejects.toBe(reason);

  const broken = await filledDatabase("broken", [1, 2]);
  const failed = exportMegaPairs({ database: broken, directory: path.join(root, "failed") });
  await expect(failed).rejects.toMatchObject({ code: "corrupt-data" });

  const file = path.join(root, "file");
  await writeFile(file, "x");
  const nowhere = exportMegaPairs({ database, directory: path.join(file, "below") });
  await expect(nowhere).rejects.toMatchObject({ code: "invalid-argument" });
  const names = await readdir(root);
  expect(names.filter((name) => /aborted|failed|partial|replaced/u.test(name))).toEqual([]);
});

test("an empty database exports an empty dataset", async () => {
  const empty = await openRunDatabase(path.join(root, "empty"));
  const result = await exportMegaPairs({ database: empty, directory: path.join(root, "nothing") });
  expect(result).toMatchObject({ triplets: 0, images: 0, tarPaths: [], bytes: 0 });
  expect(await collect(readMegaPairs({ jsonl: result.jsonlPath }))).toEqual([]);
});

test("released lines are read in both spellings, bad ones are named", async () => {
  const jsonl = path.join(root, "released.jsonl");
  const lines = [
    '{"q_img": "a.jpg", "q_text": ["one"], "t_img": "b.jpg", "hns": ["a.jpg"], "extra": 1}',
    '{"q_img": "a.jpg", "q_texts": ["two", "three"], "t_img": "b.jpg", "hns": []}',
    '{"q_img": "a.jpg", "t_img": "b.jpg", "hns": []}',
    '{"q_img": "../a.jpg", "q_text": ["x"], "t_img": "b.jpg", "hns": []}',
    '{"q_img": "a.jpg", "q_text": "x", "t_img": "b.jpg", "hns": []}',
    "{",
  ];
  await writeFile(jsonl, lines.join("\n"));
  const reasons: string[] = [];
  const read = await collect(
    readMegaPairs({ jsonl, onReject: ({ reason }) => reasons.push(reason) }),
  );
  expect(read.map(({ instructions }) => instructions)).toEqual([["one"], ["two", "three"]]);
  expect(reasons).toEqual([
    "released.jsonl#3: has neither q_text nor q_texts",
    "released.jsonl#4: q_img: is no relative path",
    expect.stringContaining("released.jsonl#5: q_text: Invalid input"),
    "released.jsonl#6: is not JSON",
  ]);
  await expect(collect(readMegaPairs({ jsonl }))).rejects.toMatchObject({
    code: "corrupt-data",
    message: expect.stringContaining("released.jsonl#3") as string,
  });
});
