import { MegaPairsError } from "@megapairs/spec";

/** What one image file may cost. Anything beyond is refused before it is decoded. */
export interface ImageLimits {
  /** Most bytes of the encoded file. */
  readonly maxBytes: number;
  /** Most pixels of one decoded frame, width times height as stored. */
  readonly maxPixels: number;
  /** Most milliseconds of decoding, not counting the wait for a thread; rounded up to seconds. */
  readonly timeoutMs: number;
}

/**
 * 64 MiB, 64 megapixels, 20 s. A 64-megapixel frame decodes to 192 MiB of RGB: four of them at
 * once, as many as libuv has threads, still fit a small machine, and no common camera exceeds it.
 */
export const defaultImageLimits: ImageLimits = {
  maxBytes: 64 * 2 ** 20,
  maxPixels: 64e6,
  timeoutMs: 20_000,
};

/** Fills in {@link defaultImageLimits}; throws `invalid-argument` on a limit that is not positive. */
export function resolveImageLimits(limits: Partial<ImageLimits> | undefined): ImageLimits {
  const resolved = { ...defaultImageLimits, ...limits };
  for (const [name, value] of Object.entries(resolved)) {
    if (!(value > 0)) {
      throw new MegaPairsError(
        "invalid-argument",
        `found limits.${name} ${value}, expected a number above 0`,
      );
    }
  }
  return resolved;
}
