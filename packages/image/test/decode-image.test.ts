import { existsSync, globSync, readFileSync } from "node:fs";
import { decodeImage, inspectImage } from "@megapairs/image";
import type { ImagePixels } from "@megapairs/spec";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { makePicture } from "./picture.ts";

const photos = new URL("../../../../shared/data/photos/", import.meta.url);

const toSharp = ({ data, width, height }: ImagePixels): Sharp =>
  sharp(data, { raw: { width, height, channels: 3 } });

const flat = (color: string, width = 8, height = 6): Sharp =>
  sharp({ create: { width, height, channels: 3, background: color } });

/** The first pixel of a file, decoded. */
async function firstPixel(bytes: Uint8Array): Promise<number[]> {
  const { data } = await decodeImage(bytes);
  return [...data.subarray(0, 3)];
}

describe("decodeImage", () => {
  test.for([
    ["image/png", (picture: Sharp) => picture.png()],
    ["image/webp", (picture: Sharp) => picture.webp({ lossless: true })],
    ["image/tiff", (picture: Sharp) => picture.tiff({ compression: "lzw" })],
    ["image/gif", (picture: Sharp) => picture.gif({ dither: 0 })],
    ["image/avif", (picture: Sharp) => picture.avif({ lossless: true, effort: 0 })],
    ["image/jpeg", (picture: Sharp) => picture.jpeg({ quality: 100, chromaSubsampling: "4:4:4" })],
  ] as const)("reads %s", async ([mediaType, encode]) => {
    const picture = { ...makePicture(13, 7), data: new Uint8Array(13 * 7 * 3).fill(96) };
    const bytes = await encode(toSharp(picture)).toBuffer();
    await expect(inspectImage(bytes)).resolves.toMatchObject({ mediaType, width: 13, height: 7 });
    const decoded = await decodeImage(bytes);
    expect(decoded).toMatchObject({ type: "pixels", width: 13, height: 7 });
    expect(decoded.data.constructor).toBe(Uint8Array);
    const most = Math.max(...decoded.data.map((value) => Math.abs(value - 96)));
    expect(most).toBeLessThanOrEqual(2);
  });

  test("is exact on a lossless file", async () => {
    const picture = makePicture(33, 20);
    await expect(decodeImage(await toSharp(picture).png().toBuffer())).resolves.toEqual(picture);
  });

  test.for([1, 2, 3, 4, 5, 6, 7, 8])("turns EXIF orientation %i upright", async (orientation) => {
    const picture = makePicture(21, 12);
    const stored = await store(picture, orientation).withMetadata({ orientation }).png().toBuffer();
    const header = await sharp(stored).metadata();
    expect([header.orientation, header.width]).toEqual([orientation, orientation < 5 ? 21 : 12]);
    await expect(inspectImage(stored)).resolves.toMatchObject({ width: 21, height: 12 });
    await expect(decodeImage(stored)).resolves.toEqual(picture);
  });

  test.for(["gif", "webp"] as const)("takes the first frame of an animated %s", async (format) => {
    const frames = [await flat("#c80000").png().toBuffer(), await flat("#0000c8").png().toBuffer()];
    const bytes = await sharp(frames, { join: { animated: true } })
      .toFormat(format, { lossless: true })
      .toBuffer();
    await expect(inspectImage(bytes)).resolves.toMatchObject({ width: 8, height: 6, frames: 2 });
    await expect(decodeImage(bytes)).resolves.toMatchObject({ width: 8, height: 6 });
    expect(await firstPixel(bytes)).toEqual([200, 0, 0]);
  });

  test("lays transparent pixels on white", async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const half = { r: 0, g: 0, b: 0, alpha: 128 / 255 };
    for (const [background, expected] of [
      [clear, 255],
      [half, 127],
    ] as const) {
      const bytes = await sharp({ create: { width: 2, height: 2, channels: 4, background } })
        .png()
        .toBuffer();
      expect(await firstPixel(bytes)).toEqual([expected, expected, expected]);
    }
  });

  test("makes grey, with and without transparency, RGB", async () => {
    const grey = flat("#646464").toColourspace("b-w");
    expect(await firstPixel(await grey.png().toBuffer())).toEqual([100, 100, 100]);
    const withAlpha = flat("#646464").ensureAlpha(0).toColourspace("b-w");
    expect(await firstPixel(await withAlpha.png().toBuffer())).toEqual([255, 255, 255]);
  });

  test("keeps the high byte of 16 bits", async () => {
    const bytes = await flat("#0a64c8").toColourspace("rgb16").png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe("ushort");
    expect(await firstPixel(bytes)).toEqual([10, 100, 200]);
    const grey = await flat("#646464").toColourspace("grey16").png().toBuffer();
    expect((await sharp(grey).metadata()).depth).toBe("ushort");
    expect(await firstPixel(grey)).toEqual([100, 100, 100]);
  });

  test("brings CMYK to sRGB", async () => {
    const bytes = await flat("#c82828").toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe("cmyk");
    const [red, green, blue] = await firstPixel(bytes);
    expect(red).toBeGreaterThan(150);
    expect(Math.max(green!, blue!)).toBeLessThan(90);
  });

  test("applies an embedded colour profile", async () => {
    const bytes = await flat("#c82828").withIccProfile("p3").png().toBuffer();
    expect((await sharp(bytes).metadata()).hasProfile).toBe(true);
    const [red, green, blue] = await firstPixel(bytes);
    expect(Math.abs(red! - 200) + Math.abs(green! - 40) + Math.abs(blue! - 40)).toBeLessThan(6);
    expect([
      ...(await sharp(bytes, { ignoreIcc: true }).raw().toBuffer()).subarray(0, 3),
    ]).not.toEqual([200, 40, 40]);
  });

  test("rejects with the reason of an abort, before and during", async () => {
    const bytes = await flat("#000000", 2000, 2000).png().toBuffer();
    const reason = new Error("no longer wanted");
    await expect(decodeImage(bytes, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const decoding = decodeImage(bytes, { signal: controller.signal });
    controller.abort(reason);
    await expect(decoding).rejects.toBe(reason);
  });

  test.runIf(existsSync(photos))(
    "decodes real photos (skipped where shared/data is absent)",
    async () => {
      const paths = globSync("**/*.{jpg,png}", { cwd: photos }).toSorted();
      const chosen = paths.filter((_, at) => at % 50 === 0);
      expect(chosen.length).toBeGreaterThan(10);
      for (const path of chosen) {
        const bytes = readFileSync(new URL(path, photos));
        const info = await inspectImage(bytes);
        const { width, height, data } = await decodeImage(bytes);
        expect([width, height, data.length]).toEqual([
          info.width,
          info.height,
          info.width * info.height * 3,
        ]);
      }
    },
  );
});

/** The picture as a camera held that way stores it: the inverse of what EXIF asks a reader for. */
function store(picture: ImagePixels, orientation: number): Sharp {
  const isSwapped = orientation >= 5;
  const width = isSwapped ? picture.height : picture.width;
  const height = isSwapped ? picture.width : picture.height;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [u, v] = uprightPosition(orientation, x, y, width, height);
      for (let c = 0; c < 3; c += 1) {
        data[(y * width + x) * 3 + c] = picture.data[(v * picture.width + u) * 3 + c]!;
      }
    }
  }
  return toSharp({ type: "pixels", data, width, height });
}

/** Where the stored pixel (x, y) belongs, by the Exif 2.32 table of orientations. */
function uprightPosition(
  orientation: number,
  x: number,
  y: number,
  width: number,
  height: number,
): readonly [number, number] {
  const right = width - 1 - x;
  const bottom = height - 1 - y;
  const positions: Record<number, readonly [number, number]> = {
    1: [x, y],
    2: [right, y],
    3: [right, bottom],
    4: [x, bottom],
    5: [y, x],
    6: [bottom, x],
    7: [bottom, right],
    8: [y, right],
  };
  return positions[orientation]!;
}
