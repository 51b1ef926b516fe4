import { MegaPairsError, type ImagePixels } from "@megapairs/spec";
import { abortable } from "./abortable.ts";
import { resolveImageLimits, type ImageLimits } from "./image-limits.ts";
import { openImage, toImageError } from "./open-image.ts";

/** Options of one {@link decodeImage} call. */
export interface DecodeImageOptions {
  /** Each one left out is that of `defaultImageLimits`. */
  readonly limits?: Partial<ImageLimits> | undefined;
  /** Aborting rejects at once with the signal's reason; the thread ends its file first. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes an image file to upright 8-bit sRGB, on a thread of libuv's pool.
 *
 * Of an animation the first frame; an embedded colour profile is applied; CMYK becomes sRGB;
 * 16 bits become 8; transparent pixels lie on white, as transformers 5 and img2dataset lay them (Pillow's
 * `convert("RGB")` shows the colours hidden under the transparency instead, mostly black).
 *
 * Rejects as `inspectImage` does, and with `corrupt-data` where the pixels are truncated or broken.
 */
export async function decodeImage(
  bytes: Uint8Array,
  options: DecodeImageOptions = {},
): Promise<ImagePixels> {
  options.signal?.throwIfAborted();
  return abortable(decode(bytes, resolveImageLimits(options.limits)), options.signal);
}

async function decode(bytes: Uint8Array, limits: ImageLimits): Promise<ImagePixels> {
  const { pipeline, mediaType } = await openImage(bytes, limits);
  const { data, info } = await pipeline
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw toImageError(error, "pixels", mediaType, limits);
    });
  if (info.channels !== 3) {
    throw new MegaPairsError(
      "unsupported",
      `found ${info.channels} channels in ${mediaType} data, expected grey, RGB or CMYK`,
    );
  }
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { type: "pixels", data: pixels, width: info.width, height: info.height };
}
