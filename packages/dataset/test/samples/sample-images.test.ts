import { symlink } from "node:fs/promises";
import path from "node:path";

import { openTripletFile } from "@megapairs/dataset";
import type { SampleFile } from "@megapairs/dataset";
import type { RejectRecord } from "@megapairs/spec";
import { expect, test } from "vitest";

import { tarOf, writeFiles } from "../fixtures/files.ts";
import { jpegBytes, openSamples, tripletLine } from "../fixtures/open-samples.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();

async function contentOf(samples: SampleFile, key: string): Promise<string> {
  const { bytes } = await samples.readImage(key);
  return Buffer.from(bytes).toString("latin1");
}

test("images: tars first, then files; what is missing or no image rejects, by its path", async () => {
  const folder = path.join(root, "mixed");
  const links = [
    [{ name: "link.jpg", type: "symlink", linkname: "/etc/passwd" }, ""],
    ["../escape.jpg", "x"],
  ] as const;
  await writeFiles(folder, {
    "data.jsonl": `${tripletLine("a.jpg", "b.jpg")}\n`,
    "one.tar": await tarOf([
      ["./a.jpg", jpegBytes("from one")],
      ["both.jpg", jpegBytes("from one too")],
      ["text.jpg", "<html>"],
      ["empty.jpg", ""],
      [`${"deep/".repeat(40)}é.jpg`, jpegBytes("deep")],
      ...links,
    ]),
    "two.tar": await tarOf([["both.jpg", jpegBytes("from two")]]),
    ".hidden.tar": "not looked at",
    "both.jpg": jpegBytes("loose"),
    "loose/c.jpg": jpegBytes("loose c"),
    "big.jpg": jpegBytes("x".repeat(2000)),
    "bogus.jpg": "\u0089PNG is not enough",
    "../secret.jpg": jpegBytes("secret"),
  });
  await symlink(path.join(root, "secret.jpg"), path.join(folder, "out.jpg"));
  const rejects: RejectRecord[] = [];
  const samples = await openSamples({
    jsonl: path.join(folder, "data.jsonl"),
    maxFileBytes: 1000,
    onReject: (reject) => rejects.push(reject),
  });
  expect(await contentOf(samples, "a.jpg")).toContain("from one");
  expect(await contentOf(samples, "both.jpg")).toContain("from one too");
  expect(await contentOf(samples, `${"deep/".repeat(40)}é.jpg`)).toContain("deep");
  expect(await contentOf(samples, "loose/c.jpg")).toContain("loose c");
  const problems: Record<string, RegExp> = {
    "text.jpg": /^corrupt-data! text.jpg: found data starting with 0x3c68746d6c3e, expected JPEG/u,
    "empty.jpg": /^corrupt-data! empty.jpg: found an empty file/u,
    "link.jpg": /^corrupt-data! link.jpg: ENOENT/u,
    "gone.jpg": /^corrupt-data! gone.jpg: ENOENT/u,
    "out.jpg": /^corrupt-data! out.jpg: leads out of the folder/u,
    "big.jpg": /^corrupt-data! big.jpg: has 2003 bytes, expected at most 1000/u,
    "bogus.jpg": /^corrupt-data! bogus.jpg: found data starting with/u,
    loose: /^corrupt-data! loose: /u,
    "../secret.jpg": /^corrupt-data! ..\/secret.jpg: leads out/u,
  };
  for (const [key, problem] of Object.entries(problems)) {
    const found = await samples.readImage(key).then(
      () => "read",
      ({ code, message }: { code: string; message: string }) => `${code}! ${message}`,
    );
    expect(found).toMatch(problem);
  }
  expect(rejects).toEqual([
    {
      item: expect.stringMatching(/^one.tar#\d+$/u) as string,
      code: "corrupt-data",
      reason: '"../escape.jpg" is no relative path',
    },
    { item: "two.tar#0", code: "duplicate", reason: "both.jpg was in the archives before" },
  ]);
});

test("archives are taken as listed, and a compressed one is refused", async () => {
  const folder = path.join(root, "listed");
  await writeFiles(folder, {
    "data.jsonl": tripletLine("a.jpg", "b.jpg"),
    "images/a.jpg": jpegBytes("loose"),
    "images/z.tar.gz": "whatever",
    "elsewhere/z.tar": await tarOf([["b.jpg", "GIF89a"]]),
  });
  const settings = {
    jsonl: path.join(folder, "data.jsonl"),
    imageRoot: path.join(folder, "images"),
  };
  await expect(openTripletFile(settings)).rejects.toMatchObject({
    code: "invalid-argument",
    message: expect.stringContaining("z.tar.gz is compressed, expected a plain tar") as string,
  });
  const archives = [path.join(folder, "elsewhere", "z.tar")];
  const samples = await openSamples({ ...settings, archives });
  expect(await contentOf(samples, "a.jpg")).toContain("loose");
  expect(await samples.readImage("b.jpg")).toMatchObject({ mediaType: "image/gif" });
  const none = await openSamples({ ...settings, archives: [] });
  await expect(none.readImage("b.jpg")).rejects.toMatchObject({ code: "corrupt-data" });
});

test("a damaged archive is reported and read up to there, a cut one up to its last file", async () => {
  const folder = path.join(root, "damaged");
  const members = ["a", "b", "c"].map((name) => [`${name}.gif`, `GIF89a${"x".repeat(900)}`]);
  const tar = await tarOf(members as [string, string][]);
  const damaged = Buffer.from(tar);
  damaged[2 * 1536 + 150] = 0xff;
  await writeFiles(folder, {
    "data.jsonl": tripletLine("a.gif", "b.gif"),
    "damaged/x.tar": damaged,
    "cut/x.tar": tar.subarray(0, 1536 + 700),
  });
  const jsonl = path.join(folder, "data.jsonl");
  const rejects: RejectRecord[] = [];
  const open = (name: string): Promise<SampleFile> =>
    openSamples({
      jsonl,
      imageRoot: path.join(folder, name),
      onReject: (reject) => rejects.push(reject),
    });
  const half = await open("damaged");
  expect(rejects).toMatchObject([{ item: "x.tar#3072", code: "corrupt-data" }]);
  expect((await half.readImage("b.gif")).bytes).toHaveLength(906);
  await expect(half.readImage("c.gif")).rejects.toThrow("c.gif: ENOENT");
  const cut = await open("cut");
  expect((await cut.readImage("a.gif")).bytes).toHaveLength(906);
  await expect(cut.readImage("b.gif")).rejects.toMatchObject({
    code: "corrupt-data",
    message: "b.gif: its archive ends after 188 of its 906 bytes",
  });
});
