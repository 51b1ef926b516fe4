import { preprocess } from "@megapairs/image";
import type { Preprocessing } from "@megapairs/image";

/**
 * Writes pictures that were resized and cropped, uint8 `[3, height, width]` each, as what a model
 * takes: float32 of the same shape, bit for bit what `preprocess` gives. `target` has their length.
 */
export type PixelNormalizer = (pixels: Uint8Array, target: Float32Array) => void;

/** The part of a preprocessing that leaves values alone: resize and crop. */
export function withoutNormalization(preprocessing: Preprocessing): Preprocessing {
  return { ...preprocessing, scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };
}

/**
 * Creates a {@link PixelNormalizer}. A picture takes a quarter of the memory until then, which
 * decides how large a batch can be prepared while another trains.
 */
export function createPixelNormalizer(preprocessing: Preprocessing): PixelNormalizer {
  const plane = preprocessing.width * preprocessing.height;
  const grey = Uint8Array.from({ length: 3 * 256 }, (_, at) => Math.floor(at / 3));
  const ramp = { type: "pixels", data: grey, width: 256, height: 1 } as const;
  const whole = { width: 256, height: 1, resize: undefined, isCropped: false };
  const values = preprocess(ramp, { ...preprocessing, ...whole }); // [3, 1, 256]

  return (pixels, target) => {
    for (let start = 0; start < pixels.length; start += plane) {
      const first = ((start / plane) % 3) * 256;
      const end = start + plane;
      for (let at = start; at < end; at += 1) target[at] = values[first + pixels[at]!]!;
    }
  };
}
