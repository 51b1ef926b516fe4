import path from "node:path";
import { gzipSync } from "node:zlib";

import { openCorpus } from "@megapairs/dataset";
import { expect, test } from "vitest";

import { contentsOf, tarOf, writeFiles } from "../fixtures/files.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();
const tar = await tarOf([["1.jpg", "from tar"]]);
await writeFiles(root, {
  "images/1.jpg": "from folder",
  "tars/b.tar": tar,
  "tars/a.tar.gz": gzipSync(tar),
  "tars/readme.md": "x",
  "mixed/a.tar": tar,
  "mixed/1.jpg": "x",
  "list.jsonl": '{"image": "images/1.jpg"}',
  "list.csv": "x",
});
const open = async (name: string): Promise<unknown> =>
  await contentsOf(await openCorpus(path.join(root, name)));

test("opens what is there", async () => {
  expect(await open("images")).toEqual([["1.jpg", undefined, "from folder"]]);
  expect(await open("list.jsonl")).toEqual([["images/1.jpg", undefined, "from folder"]]);
  expect(await open("tars/b.tar")).toEqual([["b.tar/1.jpg", undefined, "from tar"]]);
  expect(await open("tars")).toEqual([
    ["a.tar.gz/1.jpg", undefined, "from tar"],
    ["b.tar/1.jpg", undefined, "from tar"],
  ]);
});

test.each(["mixed", "list.csv", "missing"])("refuses %s", async (name) => {
  await expect(open(name)).rejects.toMatchObject({ code: "invalid-argument" });
});
