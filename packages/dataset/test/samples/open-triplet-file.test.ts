import { createHash } from "node:crypto";
import { appendFile, mkdir, rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";

import {
  exportMegaPairs,
  openRunDatabase,
  openTripletFile,
  readMegaPairs,
} from "@megapairs/dataset";
import type { SampleFileProgress, SampleFileSettings } from "@megapairs/dataset";
import { expect, test } from "vitest";

import { tarOf, writeFiles } from "../fixtures/files.ts";
import { jpegBytes, openSamples, tripletLine } from "../fixtures/open-samples.ts";
import { collect, imageRow, pair, sha256 } from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();

test("an export is read in any order, tars and all", async () => {
  const database = await openRunDatabase(path.join(root, "database"));
  const images = Array.from({ length: 20 }, (_, number) => {
    const bytes = jpegBytes(`picture ${number} ${"x".repeat(number * 100)}`);
    return { ...imageRow(number), id: sha256(bytes), bytes };
  });
  const pairs = Array.from({ length: 12 }, (_, index) => {
    const [query, target, other] = [index % 4, index + 4, index + 5].map((at) => images[at]!.id);
    const row = pair(index % 4, index + 4);
    return { ...row, queryId: query!, targetId: target!, hardNegativeIds: [query!, other!] };
  });
  await database.commit({
    stage: "all",
    identity: "all",
    shard: "0",
    tables: {
      images,
      pairs,
      descriptions: pairs.map(({ id }) => ({ pairId: id, text: "both", wordLimit: 60 })),
      instructions: pairs.map(({ id }) => ({ pairId: id, texts: ["one", "two 🐈", id] })),
    },
    rejects: [],
  });
  const directory = path.join(root, "export");
  const result = await exportMegaPairs({ database, directory, shardBytes: 8192 });
  expect(result.tarPaths.length).toBeGreaterThan(2);

  const progress: SampleFileProgress[] = [];
  const samples = await openSamples({
    jsonl: result.jsonlPath,
    onProgress: (at) => progress.push(at),
    onReject: ({ reason }) => expect.unreachable(reason),
  });
  const lines = await collect(readMegaPairs({ jsonl: result.jsonlPath }));
  expect(samples.count).toBe(12);
  for (const index of [11, 0, 5, 5, 1]) {
    const line = lines[index]!;
    const sample = await samples.read(index);
    expect(sample).toEqual({
      id: `megapairs.jsonl#${index + 1}`,
      queryImage: line.queryImage,
      texts: line.instructions,
      positiveImage: line.targetImage,
      hardNegativeImages: line.hardNegativeImages,
    });
    for (const key of [sample.positiveImage, ...sample.hardNegativeImages]) {
      const image = await samples.readImage(key);
      expect(image.mediaType).toBe("image/jpeg");
      expect(key).toContain(createHash("sha256").update(image.bytes).digest("hex"));
    }
  }
  const phases = progress.map(({ phase }) => phase);
  expect(phases).toEqual(phases.toSorted((left, right) => right.localeCompare(left)));
  expect(progress.at(-1)).toMatchObject({ phase: "archives", done: progress.at(-1)?.total });

  const other = await openSamples({ jsonl: result.jsonlPath });
  expect(other.fingerprint).toBe(samples.fingerprint);
  expect(samples.fingerprint).toMatch(/^[0-9a-f]{64}$/u);
});

test("lines: blank ones are no samples, bad ones reject when they are read, by their numbers", async () => {
  const jsonl = path.join(root, "lines", "lines.jsonl");
  const good = tripletLine("./a.jpg", "b//c.jpg", ["a.jpg"]);
  await writeFiles(root, {
    "lines/lines.jsonl": Buffer.concat([
      Buffer.from(`\uFEFF${good}\r\n\n   \n${good}\n{"q_img": 1}\n{"q_img": "`),
      Buffer.from([0xff, 0x22, 0x0a, 0x0a]),
      Buffer.from(`${tripletLine("../a.jpg", "b.jpg")}\nnonsense\n`),
      Buffer.from(`${tripletLine("a.jpg", "b.jpg", [], "x".repeat(16 * 2 ** 20))}\n`),
      Buffer.from(tripletLine("a.jpg", "b.jpg", ["/etc/passwd"])),
    ]),
  });
  const samples = await openSamples({ jsonl });
  expect(samples.count).toBe(8);
  const sample = {
    queryImage: "a.jpg",
    texts: ["more"],
    positiveImage: "b/c.jpg",
    hardNegativeImages: ["a.jpg"],
  };
  expect(await samples.read(0)).toEqual({ id: "lines.jsonl#1", ...sample });
  expect(await samples.read(1)).toEqual({ id: "lines.jsonl#4", ...sample });
  const problems = await Promise.all(
    [2, 3, 4, 5, 6, 7].map((index) =>
      samples.read(index).then(
        () => "read",
        ({ code, message }: { code: string; message: string }) => `${code}! ${message}`,
      ),
    ),
  );
  expect(problems).toEqual([
    expect.stringMatching(/^corrupt-data! lines.jsonl#5: q_img: /u),
    "corrupt-data! lines.jsonl#6: is not UTF-8",
    "corrupt-data! lines.jsonl#8: q_img: is no relative path",
    "corrupt-data! lines.jsonl#9: is not JSON",
    expect.stringMatching(/^corrupt-data! lines.jsonl#10: has 16777\d+ bytes, expected at most/u),
    "corrupt-data! lines.jsonl#11: hns.0: is no relative path",
  ]);
  await expect(samples.read(8)).rejects.toMatchObject({ code: "invalid-argument" });
  await expect(samples.read(-1)).rejects.toThrow("expected a whole number in 0..7");
});

test("a file or archive that changes while it is open is no fault of a sample", async () => {
  const folder = path.join(root, "changing");
  const jsonl = path.join(folder, "data.jsonl");
  const tar = path.join(folder, "x.tar");
  await writeFiles(folder, {
    "data.jsonl": `${tripletLine("a.gif", "b.gif")}\n`,
    "x.tar": await tarOf([
      ["a.gif", "GIF89a"],
      ["b.gif", "GIF89a"],
    ]),
  });
  const samples = await openSamples({ jsonl });
  await appendFile(jsonl, `${tripletLine("b.gif", "a.gif")}\n`);
  await expect(samples.read(0)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("has changed since it was opened: found") as string,
  });
  await writeFile(tar, await tarOf([["b.gif", "GIF89a other"]]));
  await expect(samples.readImage("a.gif")).rejects.toMatchObject({
    code: "unavailable",
    message: `${tar} has changed since it was opened: expected a.gif at byte 0`,
  });
  await truncate(tar, 100);
  await expect(samples.readImage("a.gif")).rejects.toMatchObject({ code: "unavailable" });
  await rm(tar);
  await expect(samples.readImage("a.gif")).rejects.toMatchObject({ code: "unavailable" });
});

test("a file put in the place of an open one is not seen", async () => {
  const folder = path.join(root, "replaced");
  await writeFiles(folder, { "data.jsonl": `${tripletLine("a.gif", "b.gif")}\n` });
  const jsonl = path.join(folder, "data.jsonl");
  const samples = await openSamples({ jsonl });
  await rm(jsonl);
  await writeFile(jsonl, "");
  const empty = await openSamples({ jsonl });
  expect(empty.count).toBe(0);
  expect(empty.fingerprint).not.toBe(samples.fingerprint);
});

test("the fingerprint is of the lines and what is read of them, wherever the images are", async () => {
  const folder = path.join(root, "prints");
  const line = tripletLine("a.gif", "b.gif");
  await writeFiles(folder, {
    "one/data.jsonl": line,
    "two/copy.jsonl": line,
    "two/a.gif": "GIF89a",
    "three/data.jsonl": `${line}\n`,
  });
  const printOf = async (file: string, maxFileBytes?: number): Promise<string> =>
    (await openSamples({ jsonl: path.join(folder, file), maxFileBytes })).fingerprint;
  const print = await printOf("one/data.jsonl");
  expect(await printOf("two/copy.jsonl")).toBe(print);
  expect(await printOf("three/data.jsonl")).not.toBe(print);
  expect(await printOf("one/data.jsonl", 1000)).not.toBe(print);
});

test("what cannot be opened is an argument to correct; an abort rejects with its reason", async () => {
  const folder = path.join(root, "refused");
  await writeFiles(folder, {
    "data.jsonl": tripletLine("a.gif", "b.gif"),
    "x.tar": await tarOf([["a.gif", "GIF89a"]]),
  });
  await mkdir(path.join(folder, "folder.jsonl"));
  const jsonl = path.join(folder, "data.jsonl");
  const refused: readonly SampleFileSettings[] = [
    { jsonl: path.join(folder, "gone.jsonl") },
    { jsonl: path.join(folder, "folder.jsonl") },
    { jsonl, imageRoot: path.join(folder, "gone") },
    { jsonl, archives: [path.join(folder, "gone.tar")] },
    { jsonl, maxFileBytes: 0 },
  ];
  for (const settings of refused) {
    await expect(openTripletFile(settings)).rejects.toMatchObject({ code: "invalid-argument" });
  }
  const reason = new Error("enough");
  for (const phase of ["lines", "archives"]) {
    const controller = new AbortController();
    const aborted = openTripletFile({
      jsonl,
      signal: controller.signal,
      onProgress: (at) => at.phase === phase && controller.abort(reason),
    });
    await expect(aborted).rejects.toBe(reason);
  }
});

test("a filter by relations needs a provenance that fits", async () => {
  const folder = path.join(root, "provenance");
  await writeFiles(folder, { "t.jsonl": `${tripletLine("a.jpg", "b.jpg")}\n` });
  const open = (): Promise<unknown> =>
    openTripletFile({ jsonl: path.join(folder, "t.jsonl"), relations: ["D"] });
  const provenance = path.join(folder, "provenance.jsonl");
  await expect(open()).rejects.toThrow(/provenance\.jsonl/u);
  await writeFile(provenance, '{"evidence":[{"relation":"I"}]}\n');
  await expect(open()).rejects.toThrow(/no pair of .*t\.jsonl was found by D, only by I/u);
  await writeFile(provenance, '{"evidence":[{"relation":"D"}]}\n'.repeat(2));
  await expect(open()).rejects.toThrow(/provenance\.jsonl has 2 lines, expected 1/u);
  await writeFile(provenance, '{"evidence":[]}\n');
  await expect(open()).rejects.toThrow(/provenance\.jsonl#1 does not say which relations/u);
});
