import type { Preprocessing } from "@megapairs/image";
import type { ImagePixels } from "@megapairs/spec";

/** Noise and gradients. */
export function makePicture(width: number, height: number, seed: number): ImagePixels {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const noise = Math.imul(at + 1, 374761393) ^ Math.imul(seed + 1, 668265263);
    return at % 5 === 0 ? noise >>> 24 : at * 3 + seed * 40;
  });
  return { type: "pixels", data, width, height };
}

/** CLIP's own, for a model whose pictures are `side` pixels wide and high. */
export function clipPreprocessing(side: number): Preprocessing {
  return {
    width: side,
    height: side,
    resize: { type: "shortest-edge", edge: side },
    interpolation: "bicubic",
    isCropped: true,
    scale: 1 / 255,
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
    channelOrder: "RGB",
  };
}
