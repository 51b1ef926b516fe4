import path from "node:path";

import { openCaptionFile } from "@megapairs/dataset";
import { expect, test } from "vitest";

import { tarOf, writeFiles } from "../fixtures/files.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();
await writeFiles(root, {
  "labels.jsonl": [
    '{"image": "x.gif", "caption": " a cat "}',
    '{"path": "./y.gif", "text": "a dog", "other": 1}',
    '{"image": "x.gif"}',
    '{"image": "x.gif", "label": "cat"}',
    '{"image": "../x.gif", "caption": "no"}',
    '{"image": ',
    `{"file": "${path.join(root, "images", "z.gif")}", "alt": "absolute"}`,
  ].join("\n"),
  "images/pictures.tar": await tarOf([["x.gif", "GIF89a cat"]]),
  "images/y.gif": "GIF89a dog",
});
const settings = { jsonl: path.join(root, "labels.jsonl"), imageRoot: path.join(root, "images") };

test("a caption asks for its image", async () => {
  const samples = await openCaptionFile(settings);
  expect(samples.count).toBe(7);
  const read = (index: number): Promise<unknown> =>
    samples.read(index).catch(({ code, message }: { code: string; message: string }) => {
      return `${code}! ${message}`;
    });
  const found = await Promise.all(Array.from({ length: 7 }, (_, index) => read(index)));
  expect(found).toEqual([
    { id: "labels.jsonl#1", texts: ["a cat"], positiveImage: "x.gif", hardNegativeImages: [] },
    { id: "labels.jsonl#2", texts: ["a dog"], positiveImage: "y.gif", hardNegativeImages: [] },
    "corrupt-data! labels.jsonl#3: names x.gif without a caption",
    "corrupt-data! labels.jsonl#4: names x.gif without a caption",
    `corrupt-data! labels.jsonl#5: names ../x.gif, which is not in ${settings.imageRoot}`,
    "corrupt-data! labels.jsonl#6: is not a JSON object",
    { id: "labels.jsonl#7", texts: ["absolute"], positiveImage: "z.gif", hardNegativeImages: [] },
  ]);
  for (const [key, text] of Object.entries({ "x.gif": "GIF89a cat", "y.gif": "GIF89a dog" })) {
    const { bytes, mediaType } = await samples.readImage(key);
    expect([Buffer.from(bytes).toString(), mediaType]).toEqual([text, "image/gif"]);
  }
  await samples.close();
});

test("a class is a caption where it is asked for, and the fingerprint says so", async () => {
  const captions = await openCaptionFile(settings);
  const classes = await openCaptionFile({ ...settings, classAsCaption: true });
  expect(await classes.read(3)).toMatchObject({ texts: ["cat"] });
  expect(classes.fingerprint).not.toBe(captions.fingerprint);
  await Promise.all([captions.close(), classes.close()]);
});
