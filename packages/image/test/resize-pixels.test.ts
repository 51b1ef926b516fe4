import { createHash } from "node:crypto";
import { cropPixels, resizePixels, type Interpolation } from "@megapairs/image";
import type { ImagePixels } from "@megapairs/spec";
import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { makePicture } from "./picture.ts";
import references from "./reference/preprocess-references.json" with { type: "json" };

describe("resizePixels", () => {
  test.for(references.resized)(
    "$interpolation from $width x $height to $toWidth x $toHeight is Pillow's, bit for bit",
    ({ interpolation, width, height, seed, toWidth, toHeight, sha256 }) => {
      const resized = resizePixels(makePicture(width, height, seed), {
        width: toWidth,
        height: toHeight,
        interpolation: interpolation as Interpolation,
      });
      expect(resized).toMatchObject({ width: toWidth, height: toHeight });
      expect(createHash("sha256").update(resized.data).digest("hex")).toBe(sha256);
    },
  );

  test("is within a rounding or two of a weighted mean in floating point", () => {
    const side = integer({ min: 1, max: 24 });
    assert(
      property(side, side, side, side, (fromWidth, fromHeight, width, height) => {
        const picture = makePicture(fromWidth, fromHeight, width);
        const resized = resizePixels(picture, { width, height, interpolation: "bilinear" });
        const expected = averageBilinear(picture, width, height);
        const most = Math.max(...expected.map((value, at) => Math.abs(value - resized.data[at]!)));
        expect(most).toBeLessThanOrEqual(1.01);
      }),
    );
  });

  test("returns the picture itself at its own size", () => {
    const picture = makePicture(5, 4);
    expect(resizePixels(picture, { width: 5, height: 4 })).toBe(picture);
  });

  test.for([
    [0, 3],
    [3, 1.5],
    [-1, 2],
    [Number.NaN, 2],
  ])("refuses %s x %s", ([width, height]) => {
    expect(() => resizePixels(makePicture(2, 2), { width: width!, height: height! })).toThrow(
      "expected positive integers",
    );
  });
});

describe("cropPixels", () => {
  test("copies a rectangle", () => {
    const picture = makePicture(4, 3);
    const cropped = cropPixels(picture, { left: 1, top: 2, width: 2, height: 1 });
    expect(cropped).toEqual({
      type: "pixels",
      data: picture.data.slice((2 * 4 + 1) * 3, (2 * 4 + 3) * 3),
      width: 2,
      height: 1,
    });
  });

  test.for([
    { left: -1, top: 0, width: 1, height: 1 },
    { left: 3, top: 0, width: 2, height: 1 },
    { left: 0, top: 0, width: 1, height: 4 },
    { left: 0, top: 0, width: 0, height: 1 },
    { left: 0.5, top: 0, width: 1, height: 1 },
  ])("refuses %o", (rectangle) => {
    expect(() => cropPixels(makePicture(4, 3), rectangle)).toThrow("expected one inside 4 x 3");
  });
});

/** One pass over the triangle's whole footprint, in floating point. */
function averageBilinear(picture: ImagePixels, width: number, height: number): number[] {
  const weigh = (from: number, to: number, at: number): number[] => {
    const reach = Math.max(1, from / to);
    const centre = ((at + 0.5) * from) / to;
    const weights = Array.from({ length: from }, (_, sample) =>
      Math.max(0, 1 - Math.abs(sample + 0.5 - centre) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  };
  const result: number[] = [];
  for (let y = 0; y < height; y += 1) {
    const rows = weigh(picture.height, height, y);
    for (let x = 0; x < width; x += 1) {
      const columns = weigh(picture.width, width, x);
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (const [row, rowWeight] of rows.entries()) {
          for (const [column, columnWeight] of columns.entries()) {
            const value = picture.data[(row * picture.width + column) * 3 + channel]!;
            sum += rowWeight * columnWeight * value;
          }
        }
        result.push(sum);
      }
    }
  }
  return result;
}
