import { preprocess } from "@megapairs/image";
import type { Preprocessing } from "@megapairs/image";
import { expect, test } from "vitest";

import { createPixelNormalizer, withoutNormalization } from "../../src/data/pixel-normalizer.ts";
import { clipPreprocessing, makePicture } from "./pictures.ts";

const preprocessings: Readonly<Record<string, Preprocessing>> = {
  clip: clipPreprocessing(24),
  padded: { ...clipPreprocessing(40), resize: { type: "shortest-edge", edge: 17 } },
  bgr: { ...clipPreprocessing(16), channelOrder: "BGR", interpolation: "lanczos" },
  wide: {
    width: 30,
    height: 8,
    resize: { type: "exact", width: 30, height: 8 },
    interpolation: "hamming",
    isCropped: false,
    scale: 1 / 127.5,
    mean: [1, 0.9, 0.3],
    std: [1, 0.5, 0.25],
    channelOrder: "RGB",
  },
};

test.each(Object.keys(preprocessings))(
  "%s: bytes and then numbers are what preprocess gives",
  (name) => {
    const preprocessing = preprocessings[name]!;
    const pictures = [makePicture(50, 37, 1), makePicture(23, 61, 2)];
    const bytes = pictures.map((picture) =>
      Uint8Array.from(preprocess(picture, withoutNormalization(preprocessing))),
    );
    const numbers = pictures.map((picture) => preprocess(picture, preprocessing));
    const both = Uint8Array.from(bytes.flatMap((one) => [...one]));
    const target = new Float32Array(both.length);
    createPixelNormalizer(preprocessing)(both, target);
    expect(Buffer.from(target.buffer)).toEqual(
      Buffer.concat(numbers.map(({ buffer }) => Buffer.from(buffer))),
    );
  },
);
