import type { ImagePixels } from "@megapairs/spec";

/** Squares of noise and of gradients; the formula of `reference/make_preprocess_references.py`. */
export function makePicture(width: number, height: number, seed = 0): ImagePixels {
  const data = new Uint8Array(width * height * 3);
  let write = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let c = 0; c < 3; c += 1) {
        const key =
          Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(c, 2246822519) + seed;
        const noise = Math.imul(key ^ ((key >>> 0) >>> 13), 1274126177) >>> 24;
        const isNoisy = ((x >> 4) + (y >> 4)) % 2 === 1;
        data[write] = isNoisy ? noise : x * 5 + y * 3 + c * 60;
        write += 1;
      }
    }
  }
  return { type: "pixels", data, width, height };
}
