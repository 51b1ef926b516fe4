import { crc32, deflateSync } from "node:zlib";
import { decodeImage, encodeImage, inspectImage } from "@megapairs/image";
import { MegaPairsError } from "@megapairs/spec";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { makePicture } from "./picture.ts";
import { rejection } from "./rejection.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** A PNG that claims any size over a few bytes of pixels. */
function makePngBomb(width: number, height: number): Uint8Array {
  const header = Buffer.from("00000000000000000802000000", "hex");
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(Buffer.alloc(64))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("what is no image is refused by its content", () => {
  test.for([
    ["an empty file", "", "corrupt-data: found an empty file, expected an image"],
    ["HTML", "\n<!DOCTYPE html><p>404", "corrupt-data: found HTML, expected an image"],
    [
      "text",
      "not an image",
      "corrupt-data: found data starting with 0x6e6f7420616e2069, expected an image",
    ],
    ["SVG", '<svg xmlns="http://www.w3.org/2000/svg"/>', "unsupported: found SVG data"],
    ["SVG behind XML", "<?xml version='1.0'?><!-- x --><svg width='1'/>", "unsupported: found SVG"],
    ["PDF", "%PDF-1.7 ...", "unsupported: found PDF data, expected JPEG, PNG, WebP"],
    ["BMP", "BM......", "unsupported: found BMP data"],
    ["a GIF header over SVG", "GIF89a<svg xmlns='http://www.w3.org/2000/svg'/>", "corrupt-data"],
  ])("%s", async ([, content, message]) => {
    expect(await rejection(inspectImage(ascii(content!)))).toContain(message);
    expect(await rejection(decodeImage(ascii(content!)))).toContain(message);
  });
});

describe("limits hold before anything is decoded", () => {
  test("a PNG that claims 60000 x 60000 pixels", async () => {
    const message = "unsupported: found 60000 x 60000 pixels, expected at most 64000000 pixels";
    const bomb = makePngBomb(60_000, 60_000);
    expect(await rejection(inspectImage(bomb))).toBe(message);
    expect(await rejection(decodeImage(bomb))).toBe(message);
  });

  test("a PNG within the limit that lacks its pixels", async () => {
    const bomb = makePngBomb(3000, 3000);
    await expect(inspectImage(bomb)).resolves.toMatchObject({ width: 3000, height: 3000 });
    expect(await rejection(decodeImage(bomb))).toBe(
      "corrupt-data: found broken image/png data: its pixels cannot be read to the end",
    );
  });

  test("exactly the most pixels and bytes pass, one fewer does not", async () => {
    const { bytes } = await encodeImage(makePicture(10, 7), { mediaType: "image/png" });
    const maxBytes = bytes.length;
    await expect(
      decodeImage(bytes, { limits: { maxPixels: 70, maxBytes } }),
    ).resolves.toBeDefined();
    expect(await rejection(decodeImage(bytes, { limits: { maxPixels: 69 } }))).toBe(
      "unsupported: found 10 x 7 pixels, expected at most 69 pixels",
    );
    expect(await rejection(decodeImage(bytes, { limits: { maxBytes: maxBytes - 1 } }))).toBe(
      `unsupported: found a file of ${maxBytes} bytes, expected at most ${maxBytes - 1}`,
    );
  });

  test("a limit that is no positive number is the caller's mistake", async () => {
    expect(await rejection(inspectImage(ascii("x"), { limits: { maxBytes: 0 } }))).toBe(
      "invalid-argument: found limits.maxBytes 0, expected a number above 0",
    );
  });
});

describe("a file cut off anywhere is refused, never decoded in part", () => {
  const { data, width, height } = makePicture(90, 60);
  const source = sharp(data, { raw: { width, height, channels: 3 } });
  const files = {
    jpeg: () => source.clone().jpeg(),
    "progressive jpeg": () => source.clone().jpeg({ progressive: true }),
    png: () => source.clone().png(),
    webp: () => source.clone().webp(),
    gif: () => source.clone().gif(),
    tiff: () => source.clone().tiff(),
    avif: () => source.clone().avif({ effort: 0 }),
  };
  test.for(Object.entries(files))("%s", { timeout: 20_000 }, async ([, make]) => {
    const whole = await make().toBuffer();
    const offsets = Array.from({ length: 40 }, (_, step) =>
      Math.floor(((whole.length - 20) * step) / 40),
    );
    const outcomes = await Promise.all(
      offsets.map((offset) => rejection(decodeImage(whole.subarray(0, offset)))),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatch(
        /^corrupt-data: found (an empty file|data starting with|broken image\/[a-z]+ data: its (header|pixels) cannot be read to the end$)/u,
      );
    }
  });

  test("a file damaged anywhere is refused or decoded, and nothing else", async () => {
    const whole = await files.jpeg().toBuffer();
    const damaged = Array.from({ length: 60 }, (_, step) => {
      const copy = Uint8Array.from(whole);
      copy.fill(step * 37, Math.floor((whole.length * step) / 60), whole.length);
      return copy;
    });
    for (const bytes of damaged) {
      const outcome = await decodeImage(bytes).catch((error: unknown) => error);
      const isKnown = MegaPairsError.isInstance(outcome) || Object(outcome).type === "pixels";
      expect(isKnown).toBe(true);
    }
  });
});
