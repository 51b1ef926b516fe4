import { writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { describeCorpusConformance } from "@megapairs/conformance";
import { openTarCorpus } from "@megapairs/dataset";
import { expect, test } from "vitest";

import { contentsOf, tarOf, writeFiles } from "../fixtures/files.ts";
import { collect } from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();
const file = (name: string): string => path.join(root, name);

const first = await tarOf([
  ["000.jpg", "zero"],
  ["000.txt", "caption zero"],
  ["001.json", '{"caption": "caption one", "width": 3}'],
  ["001.jpg", "one"],
  ["001.png", "one as png"],
  ["002.cls", "7"],
  ["002.jpeg", "two"],
]);
const second = await tarOf([
  [`${"long/".repeat(40)}name-ü.webp`, "three"],
  ["sub/004.gif", "four"],
]);
await writeFiles(root, {
  "one/a.tar": first,
  "one/b.tar": second,
  "zipped/a.tar.gz": gzipSync(first),
  "zipped/b.tgz": gzipSync(second),
});

const expected = (a: string, b: string): unknown => [
  [`${a}/000.jpg`, "caption zero", "zero"],
  [`${a}/001.jpg`, "caption one", "one"],
  [`${a}/001.png`, "caption one", "one as png"],
  [`${a}/002.jpeg`, undefined, "two"],
  [`${b}/${"long/".repeat(40)}name-ü.webp`, undefined, "three"],
  [`${b}/sub/004.gif`, undefined, "four"],
];

describeCorpusConformance("openTarCorpus", {
  create: () => openTarCorpus({ files: [file("one/a.tar"), file("one/b.tar")] }),
  entries: 6,
});
describeCorpusConformance("openTarCorpus, gzipped", {
  create: () => openTarCorpus({ files: [file("zipped/a.tar.gz"), file("zipped/b.tgz")] }),
  entries: 6,
});

test("samples pair images with the captions beside them, at any shard size", async () => {
  for (const shardSize of [1, 2, 3, 5, 100]) {
    const plain = openTarCorpus({ files: [file("one/a.tar"), file("one/b.tar")] });
    expect(await contentsOf(plain, shardSize)).toEqual(expected("a.tar", "b.tar"));
    const zipped = openTarCorpus({ files: [file("zipped/a.tar.gz"), file("zipped/b.tgz")] });
    expect(await contentsOf(zipped, shardSize)).toEqual(expected("a.tar.gz", "b.tgz"));
  }
});

test("hostile members become entries that reject", async () => {
  const archive = await tarOf([
    ["./ok.jpg", "fine"],
    ["../../etc/passwd.jpg", "escape"],
    ["/absolute.jpg", "escape"],
    ["back\\slash.jpg", "escape"],
    [{ name: "link.jpg", type: "symlink", linkname: "/etc/passwd" }, ""],
    [{ name: "hard.jpg", type: "link", linkname: "ok.jpg" }, ""],
    [{ name: "device.jpg", type: "character-device" }, ""],
    [{ name: "folder.jpg/", type: "directory" }, ""],
    ["._ok.jpg", "apple double"],
    ["ok.jpg", "the same name again"],
    ["big.jpg", "x".repeat(1001)],
    ["bad.json", "{"],
    ["bad.jpg", "bad caption"],
  ]);
  await writeFile(file("hostile.tar"), archive);
  await writeFile(file("hostile.tgz"), gzipSync(archive));
  for (const name of ["hostile.tar", "hostile.tgz"]) {
    const contents = await contentsOf(openTarCorpus({ files: [file(name)], maxFileBytes: 1000 }));
    const tidy = contents.map(([entry, , content]) => [
      entry.replace(name, "*"),
      content.replaceAll(name, "*"),
    ]);
    expect(tidy).toEqual([
      ["*/ok.jpg", "fine"],
      ["*#1024", `corrupt-data! *#1024: "../../etc/passwd.jpg" is no relative path`],
      ["*#2048", `corrupt-data! *#2048: "/absolute.jpg" is no relative path`],
      ["*#3072", `corrupt-data! *#3072: "back\\\\slash.jpg" is no relative path`],
      ["*/link.jpg", expect.stringContaining('is a tar member of type "2", expected a file')],
      ["*/hard.jpg", expect.stringContaining('is a tar member of type "1", expected a file')],
      ["*/device.jpg", expect.stringContaining('is a tar member of type "3", expected a file')],
      ["*/folder.jpg", expect.stringContaining('is a tar member of type "5", expected a file')],
      ["*/ok.jpg#7168", "the same name again"],
      ["*/big.jpg", "corrupt-data! */big.jpg: has 1001 bytes, expected at most 1000"],
      ["*/bad.jpg", "corrupt-data! */bad.jpg: its caption file bad.json is not a JSON object"],
    ]);
  }
});

test("an archive is read up to where it is broken", async () => {
  const whole = await tarOf([
    ["1.jpg", "x".repeat(600)],
    ["2.jpg", "y".repeat(600)],
    ["3.jpg", "z"],
  ]);
  const contents = async (archive: Uint8Array, name = "broken.tar"): Promise<unknown> => {
    await writeFile(file(name), archive);
    const found = await contentsOf(openTarCorpus({ files: [file(name)] }));
    return found.map(([entry, , content]) => [entry, content.replace(/^(.)\1{599}$/u, "$1 x 600")]);
  };
  expect(await contents(whole.subarray(0, 2100))).toEqual([
    ["broken.tar/1.jpg", "x x 600"],
    [
      "broken.tar/2.jpg",
      "corrupt-data! broken.tar/2.jpg: the archive ends after 52 of its 600 bytes",
    ],
  ]);
  expect(await contents(whole.subarray(0, 1600))).toEqual([
    ["broken.tar/1.jpg", "x x 600"],
    ["broken.tar#1536", expect.stringContaining("damaged at byte 1536: it ends inside a header")],
  ]);
  const flipped = Buffer.from(whole);
  flipped[1540] = 7;
  expect(await contents(flipped)).toEqual([
    ["broken.tar/1.jpg", "x x 600"],
    ["broken.tar#1536", expect.stringMatching(/damaged at byte 1536: its header sums up to/u)],
  ]);
  expect(await contents(Buffer.from("this is no archive"))).toEqual([
    ["broken.tar#0", expect.stringContaining("it ends inside a header")],
  ]);
  expect(await contents(gzipSync(whole).subarray(0, 60), "broken.tgz")).toEqual([
    ["broken.tgz#0", expect.stringMatching(/damaged at byte 0: unexpected end of file/u)],
  ]);
});

test("sizes that are no sizes do not move the reader", async () => {
  const huge = await tarOf([[{ name: "huge.jpg", pax: { size: "9".repeat(30) } }, "x"]]);
  await writeFile(file("huge.tar"), huge);
  const [entry] = await contentsOf(openTarCorpus({ files: [file("huge.tar")] }));
  expect(entry?.[2]).toMatch(/^corrupt-data! .*damaged at byte/u);
  const large = await tarOf([[{ name: "large.jpg", pax: { size: "9007199254740000" } }, "x"]]);
  await writeFile(file("large.tar"), large);
  const [other] = await contentsOf(openTarCorpus({ files: [file("large.tar")] }));
  expect(other?.[2]).toMatch(/has 9007199254740000 bytes, expected at most/u);
});

test("archives are refused that are missing, repeated or not the corpus's", async () => {
  expect(() => openTarCorpus({ files: [] })).toThrow("at least 1");
  expect(() => openTarCorpus({ files: ["a.tar", "./a.tar"] })).toThrow("each once");
  const missing = openTarCorpus({ files: [file("missing.tar")] });
  await expect(collect(missing.plan({ shardSize: 1 }))).rejects.toMatchObject({
    code: "corrupt-data",
  });
  const corpus = openTarCorpus({ files: [file("one/a.tar")] });
  const pieces = [{ tar: "../x.tar", start: 0, skip: 0, entries: 1, repeated: [] }];
  await expect(collect(corpus.read({ pieces }))).rejects.toMatchObject({
    code: "invalid-argument",
  });
});
