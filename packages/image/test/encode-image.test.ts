import { decodeImage, encodeImage, fitImage, inspectImage } from "@megapairs/image";
import { assert, asyncProperty, integer } from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { makePicture } from "./picture.ts";
import { rejection } from "./rejection.ts";

const mediaTypes = ["image/jpeg", "image/png", "image/webp"] as const;

describe("encodeImage", () => {
  test.for(mediaTypes)("writes %s, the same bytes each time", async (mediaType) => {
    const picture = makePicture(40, 31);
    const first = await encodeImage(picture, { mediaType });
    const second = await encodeImage(picture, { mediaType });
    expect(first).toEqual(second);
    await expect(inspectImage(first.bytes)).resolves.toEqual({
      mediaType,
      width: 40,
      height: 31,
      frames: 1,
      hasAlpha: false,
    });
  });

  test("loses nothing in a PNG", async () => {
    const picture = makePicture(17, 9);
    const { bytes } = await encodeImage(picture, { mediaType: "image/png" });
    await expect(decodeImage(bytes)).resolves.toEqual(picture);
  });

  test("spends bytes by quality", async () => {
    const picture = makePicture(64, 64);
    const low = await encodeImage(picture, { mediaType: "image/jpeg", quality: 20 });
    const high = await encodeImage(picture, { mediaType: "image/jpeg", quality: 95 });
    expect(low.bytes.length).toBeLessThan(high.bytes.length / 2);
  });

  test.for([0, 101, 50.5, Number.NaN])("refuses quality %s", async (quality) => {
    expect(
      await rejection(encodeImage(makePicture(2, 2), { mediaType: "image/jpeg", quality })),
    ).toBe(`invalid-argument: found quality ${quality}, expected an integer in 1..100`);
  });

  test("refuses pixels that do not fill their size, and sizes a format cannot hold", async () => {
    const short = { ...makePicture(2, 2), width: 3 };
    expect(await rejection(encodeImage(short, { mediaType: "image/png" }))).toBe(
      "invalid-argument: found 12 bytes for 3 x 2 RGB pixels, expected 18",
    );
    const long = makePicture(70_000, 1);
    expect(await rejection(encodeImage(long, { mediaType: "image/jpeg" }))).toBe(
      "invalid-argument: found 70000 x 1 pixels that image/jpeg cannot hold",
    );
  });
});

describe("fitImage", () => {
  test.for(mediaTypes)("keeps the bytes of a %s within the budget", async (mediaType) => {
    const source = await encodeImage(makePicture(30, 20), { mediaType });
    const fitted = await fitImage(source, { maxPixels: 600 });
    expect(fitted.bytes).toBe(source.bytes);
    expect(fitted.mediaType).toBe(mediaType);
  });

  test("names the true format of what it keeps", async () => {
    const { bytes } = await encodeImage(makePicture(3, 3), { mediaType: "image/webp" });
    const fitted = await fitImage(
      { type: "bytes", bytes, mediaType: "image/png" },
      { maxPixels: 9 },
    );
    expect(fitted.mediaType).toBe("image/webp");
  });

  test("re-encodes another format, an animation, and what another media type is wanted of", async () => {
    const tiff = await sharp(makePicture(9, 9).data, { raw: { width: 9, height: 9, channels: 3 } })
      .tiff()
      .toBuffer();
    const png = await encodeImage(makePicture(9, 9), { mediaType: "image/png" });
    const animated = await sharp([png.bytes, png.bytes], { join: { animated: true } })
      .webp()
      .toBuffer();
    for (const bytes of [tiff, animated, png.bytes]) {
      const source = { type: "bytes", bytes, mediaType: "image/png" } as const;
      const fitted = await fitImage(source, { maxPixels: 100, mediaType: "image/jpeg" });
      await expect(inspectImage(fitted.bytes)).resolves.toMatchObject({
        mediaType: "image/jpeg",
        width: 9,
        frames: 1,
      });
    }
  });

  test("shrinks to the budget in pixels and sides, keeping proportions", async () => {
    const source = makePicture(400, 300);
    const mediaType = "image/png";
    const byPixels = await fitImage(source, { maxPixels: 30_000, mediaType });
    await expect(inspectImage(byPixels.bytes)).resolves.toMatchObject({ width: 200, height: 150 });
    const bySide = await fitImage(source, { maxPixels: 1e6, maxSide: 100, mediaType });
    await expect(inspectImage(bySide.bytes)).resolves.toMatchObject({ width: 100, height: 75 });
  });

  test("never exceeds the budget, whatever the proportions", async () => {
    const side = integer({ min: 1, max: 90 });
    await assert(
      asyncProperty(
        side,
        side,
        integer({ min: 1, max: 900 }),
        side,
        async (w, h, maxPixels, maxSide) => {
          const mediaType = "image/png";
          const { bytes } = await fitImage(makePicture(w, h), { maxPixels, maxSide, mediaType });
          const { width, height } = await inspectImage(bytes);
          expect(width * height).toBeLessThanOrEqual(maxPixels);
          expect(Math.max(width, height)).toBeLessThanOrEqual(maxSide);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("refuses an impossible budget and a broken file", async () => {
    expect(await rejection(fitImage(makePicture(1, 1), { maxPixels: 0 }))).toContain(
      "invalid-argument: found maxPixels 0",
    );
    const broken = { type: "bytes", bytes: new Uint8Array(4), mediaType: "image/png" } as const;
    expect(await rejection(fitImage(broken, { maxPixels: 9 }))).toContain("corrupt-data");
  });
});
