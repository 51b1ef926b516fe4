import { existsSync } from "node:fs";
import { symlink } from "node:fs/promises";
import path from "node:path";

import { describeCorpusConformance } from "@megapairs/conformance";
import { openFolderCorpus } from "@megapairs/dataset";
import { expect, test } from "vitest";

import { contentsOf, entriesOf, writeFiles } from "../fixtures/files.ts";
import { collect } from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();
const plain = path.join(root, "plain");
await writeFiles(plain, {
  "b.jpg": "b",
  "a/2.PNG": "a2",
  "a/1.webp": "a1",
  "a-b.jpeg": "a-b",
  "a/z/deep.tiff": "deep",
});

describeCorpusConformance("openFolderCorpus", {
  create: () => openFolderCorpus({ directory: plain }),
  entries: 5,
});

test("images come by relative path in code unit order, other files do not", async () => {
  const directory = path.join(root, "order");
  await writeFiles(directory, {
    "b.jpg": "1",
    "B.jpg": "2",
    "a/x.jpg": "3",
    "a-b.jpg": "4",
    "a.jpg": "5",
    "notes.md": "x",
    ".hidden.jpg": "x",
    ".cache/x.jpg": "x",
    "ä.jpg": "6",
  });
  const paths = (await contentsOf(openFolderCorpus({ directory }))).map(([name]) => name);
  expect(paths).toEqual(["B.jpg", "a-b.jpg", "a.jpg", "a/x.jpg", "b.jpg", "ä.jpg"]);
  expect(paths).toEqual(paths.toSorted());
});

test("captions come from label files first, then from beside the image", async () => {
  const directory = path.join(root, "captions");
  await writeFiles(directory, {
    "1.jpg": "1",
    "2.jpg": "2",
    "3.jpg": "3",
    "4.jpg": "4",
    "5.jpg": "5",
    "sub/6.jpg": "6",
    "labels.jsonl": [
      '{"file": "1.jpg", "caption": " from labels \\ud83d", "label": "cat"}',
      '{"file_name": "./sub/6.jpg", "text": "six"}',
      '{"image": "5.jpg", "label": "dog"}',
    ].join("\r\n"),
    "1.txt": "not this",
    "2.txt": "\uFEFF two\n",
    "3.caption": "three",
    "4.json": '{"alt": "four"}',
  });
  const captions = (await contentsOf(openFolderCorpus({ directory }))).map(
    ([, caption]) => caption,
  );
  expect(captions).toEqual(["from labels \uFFFD", "two", "three", "four", undefined, "six"]);
  const classes = await contentsOf(openFolderCorpus({ directory, classAsCaption: true }));
  expect(classes[4]?.[1]).toBe("dog");
});

test("what cannot be used is an entry that says why", async () => {
  const directory = path.join(root, "broken");
  await writeFiles(root, { "outside.jpg": "secret" });
  await writeFiles(directory, {
    "big.jpg": "x".repeat(101),
    "fits.jpg": "x".repeat(100),
    "json.jpg": "x",
    "json.json": "[1]",
    "labels.jsonl": [
      '{"file": "fits.jpg", "caption": "one"}',
      "",
      "not json",
      '{"file": "fits.jpg", "caption": "two"}',
      '{"file": "gone.jpg", "caption": "x"}',
      '{"file": "../outside.jpg"}',
      '{"caption": "no file"}',
      "[]",
    ].join("\n"),
  });
  await symlink("fits.jpg", path.join(directory, "inner-link.jpg"));
  await symlink("../outside.jpg", path.join(directory, "outer-link.jpg"));
  await symlink("nowhere", path.join(directory, "dead-link.jpg"));
  await symlink("..", path.join(directory, "parent"));

  const contents = await contentsOf(openFolderCorpus({ directory, maxFileBytes: 100 }));
  expect(contents.map(([name, , content]) => [name, content.replace(root, "")])).toEqual([
    ["big.jpg", "corrupt-data! big.jpg: has 101 bytes, expected at most 100"],
    ["dead-link.jpg", expect.stringMatching(/^corrupt-data! .*a link that leads nowhere/u)],
    ["fits.jpg", "x".repeat(100)],
    ["inner-link.jpg", "x".repeat(100)],
    ["json.jpg", "corrupt-data! json.jpg: its caption file json.json is not a JSON object"],
    ["outer-link.jpg", expect.stringMatching(/^corrupt-data! .*a link out of the folder/u)],
    ["labels.jsonl#3", "corrupt-data! labels.jsonl#3: is not a JSON object"],
    ["labels.jsonl#4", expect.stringContaining("names fits.jpg, as labels.jsonl#1 does")],
    ["labels.jsonl#6", expect.stringContaining("../outside.jpg, which leaves the folder")],
    ["labels.jsonl#7", expect.stringContaining("has none of the fields file, file_name")],
    ["labels.jsonl#8", "corrupt-data! labels.jsonl#8: is not a JSON object"],
    ["labels.jsonl#5", expect.stringContaining("names gone.jpg, which is not an image")],
  ]);
});

test("an input that leads out of the folder, or is none, is refused", async () => {
  const corpus = openFolderCorpus({ directory: plain });
  const [entry] = await collect(corpus.read({ entries: [{ path: "../outside.jpg" }] }));
  await expect(entry?.read()).rejects.toMatchObject({ code: "corrupt-data" });
  await expect(collect(corpus.read({ entries: 3 }))).rejects.toMatchObject({
    code: "invalid-argument",
  });
  await expect(collect(corpus.plan({ shardSize: 0 }))).rejects.toMatchObject({
    code: "invalid-argument",
  });
  const missing = openFolderCorpus({ directory: path.join(root, "missing") });
  await expect(collect(missing.plan({ shardSize: 1 }))).rejects.toMatchObject({
    code: "corrupt-data",
  });
});

const grocery = path.resolve(import.meta.dirname, "../../../../../shared/data/photos/grocery");
test.skipIf(!existsSync(grocery))(
  `real photographs with their captions (skipped where ${grocery} is absent)`,
  async () => {
    const entries = await entriesOf(openFolderCorpus({ directory: grocery }), 100);
    expect(entries).toHaveLength(567);
    expect(entries.filter((entry) => entry.caption !== undefined)).toHaveLength(81);
    const bytes = await entries[0]?.read();
    expect(bytes?.subarray(0, 2)).toEqual(Uint8Array.of(0xff, 0xd8));
  },
);
