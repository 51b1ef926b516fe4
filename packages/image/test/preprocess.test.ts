import { createHash } from "node:crypto";
import { parsePreprocessorConfig, preprocess, type Preprocessing } from "@megapairs/image";
import { assert, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { makePicture } from "./picture.ts";
import references from "./reference/preprocess-references.json" with { type: "json" };

const plain: Preprocessing = {
  width: 2,
  height: 1,
  interpolation: "bicubic",
  isCropped: true,
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  channelOrder: "RGB",
};

describe("preprocess", () => {
  test.for(references.preprocessed)(
    "$name of $width x $height is transformers' tensor, bit for bit",
    ({ config, width, height, seed, shape, sha256 }) => {
      const preprocessing = parsePreprocessorConfig(config);
      const picture = makePicture(width, height, seed);
      expect([3, preprocessing.height, preprocessing.width]).toEqual(shape);
      const tensor = preprocess(picture, preprocessing);
      expect(createHash("sha256").update(tensor).digest("hex")).toBe(sha256);
    },
  );

  test.for(references.preprocessed.filter(({ pixels }) => pixels !== undefined))(
    "$name of $width x $height resizes and crops to transformers' bytes",
    ({ config, width, height, seed, pixels }) => {
      const unscaled = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;
      const values = preprocess(makePicture(width, height, seed), {
        ...parsePreprocessorConfig(config),
        ...unscaled,
      });
      expect([...values]).toEqual([...Buffer.from(pixels ?? "", "base64")]);
    },
  );

  test.for(references.dinov3.tensors)(
    "DINOv3 of $width x $height is transformers' tensor, rounded to bytes before it is scaled",
    ({ width, height, seed, tensor }) => {
      const preprocessing = parsePreprocessorConfig(references.dinov3.config);
      const bytes = Uint8Array.from(Buffer.from(tensor, "base64"));
      const expected = new Float32Array(bytes.buffer);
      const plane = preprocessing.width * preprocessing.height;
      const found = preprocess(makePicture(width, height, seed), preprocessing);
      expect(found).toHaveLength(expected.length);
      for (const [at, value] of found.entries()) {
        const grade = preprocessing.scale / preprocessing.std[Math.floor(at / plane)]!;
        expect(Math.abs(value - expected[at]!)).toBeLessThan(grade);
      }
    },
  );

  test("lays channels out as planes, in the order asked for", () => {
    const data = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const picture = { type: "pixels", data, width: 2, height: 1 } as const;
    expect([...preprocess(picture, plain)]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...preprocess(picture, { ...plain, channelOrder: "BGR" })]).toEqual([3, 6, 2, 5, 1, 4]);
  });

  test("scales, then subtracts the mean, then divides", () => {
    const picture = {
      type: "pixels",
      data: Uint8Array.of(10, 20, 30),
      width: 1,
      height: 1,
    } as const;
    const values = { width: 1, scale: 0.5, mean: [1, 2, 3], std: [2, 4, 0.5] } as const;
    expect([...preprocess(picture, { ...plain, ...values })]).toEqual([2, 2, 24]);
  });

  test("computes of a resized picture no other crop than the whole would have", () => {
    assert(
      property(
        record({
          width: integer({ min: 1, max: 40 }),
          height: integer({ min: 1, max: 40 }),
          edge: integer({ min: 4, max: 30 }),
          crop: integer({ min: 1, max: 4 }),
        }),
        ({ width, height, edge, crop }) => {
          const picture = makePicture(width, height, edge);
          const resize = { type: "exact", width: edge, height: edge } as const;
          const cut = preprocess(picture, { ...plain, resize, width: crop, height: crop });
          const whole = preprocess(picture, { ...plain, resize, width: edge, height: edge });
          const start = Math.floor((edge - crop) / 2);
          const expected: number[] = [];
          for (let c = 0; c < 3; c += 1) {
            for (let y = start; y < start + crop; y += 1) {
              for (let x = start; x < start + crop; x += 1) {
                expected.push(whole[(c * edge + y) * edge + x]!);
              }
            }
          }
          expect([...cut]).toEqual(expected);
        },
      ),
    );
  });

  test("costs a crop, not the picture that a shortest edge would blow up", () => {
    const resize = { type: "shortest-edge", edge: 4000 } as const;
    const tensor = preprocess(makePicture(1, 60_000), { ...plain, resize });
    expect(tensor).toHaveLength(6);
  });

  test("refuses a picture of another size where nothing resizes it", () => {
    expect(() => preprocess(makePicture(3, 1), { ...plain, isCropped: false })).toThrow(
      "found 3 x 1 pixels, expected 2 x 1",
    );
  });

  test("refuses data that does not fill the picture", () => {
    const picture = { type: "pixels", data: new Uint8Array(5), width: 2, height: 1 } as const;
    expect(() => preprocess(picture, plain)).toThrow(
      "found 5 bytes for 2 x 1 RGB pixels, expected 6",
    );
  });
});
