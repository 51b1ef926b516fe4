import path from "node:path";

import { describeCorpusConformance } from "@megapairs/conformance";
import { openJsonLinesCorpus } from "@megapairs/dataset";
import { expect, test } from "vitest";

import { contentsOf, writeFiles } from "../fixtures/files.ts";
import { collect } from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();
await writeFiles(root, {
  "images/1.jpg": "one",
  "images/2.jpg": "two",
  "images/3.jpg": "three",
  "secret.jpg": "secret",
  "plain.jsonl": [
    '{"image": "images/2.jpg", "caption": "second"}',
    '{"path": "images/1.jpg", "text": "first"}',
    '{"file_name": "images/3.jpg"}',
    '{"image": "images/2.jpg", "caption": "second again"}',
  ].join("\n"),
});

describeCorpusConformance("openJsonLinesCorpus", {
  create: () => openJsonLinesCorpus({ file: path.join(root, "plain.jsonl") }),
  entries: 4,
});

test("entries come in the order of the lines, a repeated image under its own name", async () => {
  const file = path.join(root, "plain.jsonl");
  for (const shardSize of [1, 3, 10]) {
    expect(await contentsOf(openJsonLinesCorpus({ file }), shardSize)).toEqual([
      ["images/2.jpg", "second", "two"],
      ["images/1.jpg", "first", "one"],
      ["images/3.jpg", undefined, "three"],
      ["images/2.jpg#4", "second again", "two"],
    ]);
  }
});

test("a bad line is an entry that names its number", async () => {
  await writeFiles(root, {
    "bad.jsonl": Buffer.concat([
      Buffer.from('\uFEFF{"image": "1.jpg", "caption": "ünï"}\r\n\n{"image": 5}\n{"image": "2.j'),
      Buffer.from([0xff, 0x0a]),
      Buffer.from(`{"image": "../secret.jpg"}\n{"image": "/etc/passwd"}\n`),
      Buffer.from(`{"image": "${path.join(root, "images", "2.jpg")}"}\n{"image": "gone.jpg"}\n`),
      Buffer.from(`{"image": "3.jpg", "caption": "${"x".repeat(2 ** 20)}"}\n{"image": "3.jpg"`),
    ]),
  });
  const corpus = openJsonLinesCorpus({
    file: path.join(root, "bad.jsonl"),
    imageRoot: path.join(root, "images"),
  });
  for (const shardSize of [1, 4, 100]) {
    expect(await contentsOf(corpus, shardSize)).toEqual([
      ["1.jpg", "ünï", "one"],
      ["bad.jsonl#3", undefined, expect.stringMatching(/^corrupt-data! .*none of the fields/u)],
      ["bad.jsonl#4", undefined, "corrupt-data! bad.jsonl#4: is not UTF-8"],
      ["bad.jsonl#5", undefined, expect.stringContaining("names ../secret.jpg, which is not in")],
      ["bad.jsonl#6", undefined, expect.stringContaining("names /etc/passwd, which is not in")],
      ["2.jpg", undefined, "two"],
      ["gone.jpg", undefined, expect.stringMatching(/^corrupt-data! gone.jpg: ENOENT/u)],
      ["bad.jsonl#9", undefined, expect.stringContaining("has 1048609 bytes, expected at most")],
      ["bad.jsonl#10", undefined, "corrupt-data! bad.jsonl#10: is not a JSON object"],
    ]);
  }
});

test("a missing file is corrupt data", async () => {
  const corpus = openJsonLinesCorpus({ file: path.join(root, "missing.jsonl") });
  await expect(collect(corpus.plan({ shardSize: 1 }))).rejects.toMatchObject({
    code: "corrupt-data",
  });
});
