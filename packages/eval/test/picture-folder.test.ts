import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { genecisCrop, openPictureFolder, picturesOf, readCirco } from "@megapairs/eval";
import { encodeImage } from "@megapairs/image";
import { expect, it } from "vitest";
import { annotations, circoRows } from "./annotations.ts";

/** Every pixel says where it is, and has a blue that padding lacks. */
function pixels(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at += 1)
    data.set([at % width, Math.floor(at / width), 9], at * 3);
  return { type: "pixels", data, width, height } as const;
}

it("finds a picture at the first of its places, and cuts and pads as GeneCIS does", async () => {
  const directory = await annotations({ "second/a.png": "no picture" });
  await mkdir(join(directory, "first"));
  const { bytes } = await encodeImage(pixels(60, 40), { mediaType: "image/png" });
  await writeFile(join(directory, "first/a.png"), bytes);
  const folder = openPictureFolder(directory);
  const picture = { paths: ["none/a.png", "first/a.png", "second/a.png"] };
  expect(await folder.locate(picture)).toMatchObject({ path: "first/a.png", bytes: bytes.length });
  const whole = await folder.read(picture);
  expect([whole.width, whole.height]).toEqual([60, 40]);

  const box = [20, 10, 20, 12] as const;
  const { left, top, side, padLeft, padTop } = genecisCrop({
    box,
    imageWidth: 60,
    imageHeight: 40,
  });
  const cut = await folder.read({ ...picture, box });
  expect([cut.width, cut.height]).toEqual([side, side]);
  const at = (x: number, y: number) => [
    ...cut.data.subarray((y * side + x) * 3, (y * side + x) * 3 + 3),
  ];
  expect(at(padLeft, padTop)).toEqual([left, top, 9]);
  expect(padTop).toBeGreaterThan(0);
  expect(at(0, 0)).toEqual([0, 0, 0]);
});

it("says which picture is not there or broken", async () => {
  const folder = openPictureFolder(await annotations({ "a.png": "no picture" }));
  await expect(folder.read({ paths: ["b.png"] })).rejects.toThrow("b.png is not in");
  await expect(folder.read({ paths: ["a.png"] })).rejects.toMatchObject({
    code: "corrupt-data",
    message: expect.stringMatching(/^a\.png: /u) as string,
  });
});

it("takes CIRCO's gallery from the folder of pictures where COCO's list is not there, as partial", async () => {
  const directory = await annotations({ "annotations/val.json": circoRows() });
  const images = await annotations({
    "unlabeled2017/000000000009.jpg": "",
    "unlabeled2017/000000000001.jpg": "",
    "unlabeled2017/notes.txt": "",
  });
  const benchmark = await readCirco({ directory, split: "val", imagesDirectory: images });
  expect(benchmark.galleries.get("unlabeled2017")).toEqual(["1", "9"]);
  expect(benchmark.shortfalls).toEqual([{ what: "candidates", found: 2, expected: 123_403 }]);
  expect(picturesOf({ benchmark, limit: 2 }).map(({ paths }) => paths.at(-1))).toEqual([
    "000000000001.jpg",
    "000000000009.jpg",
    "000000000019.jpg",
  ]);
});
