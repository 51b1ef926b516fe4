import { MegaPairsError, type ImageBytes, type ImagePixels } from "@megapairs/spec";
import sharp from "sharp";
import { checkPixels } from "./check-pixels.ts";

/** Formats that {@link encodeImage} writes: those that every vision-language server reads. */
export type EncodedMediaType = "image/jpeg" | "image/png" | "image/webp";

/** Options of one {@link encodeImage} call. */
export interface EncodeImageOptions {
  readonly mediaType: EncodedMediaType;
  /** 1..100 for JPEG and WebP, by default 90: artefacts no model was seen to notice. PNG is exact. */
  readonly quality?: number | undefined;
}

/**
 * Encodes pixels, without metadata: equal pixels and options give equal bytes.
 *
 * Rejects with `invalid-argument` where the pixels' length or the quality is impossible.
 */
export async function encodeImage(
  pixels: ImagePixels,
  { mediaType, quality = 90 }: EncodeImageOptions,
): Promise<ImageBytes> {
  checkPixels(pixels);
  if (!(Number.isInteger(quality) && quality >= 1 && quality <= 100)) {
    throw new MegaPairsError(
      "invalid-argument",
      `found quality ${quality}, expected an integer in 1..100`,
    );
  }
  const { data, width, height } = pixels;
  const pipeline = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  const encoded = {
    "image/jpeg": () => pipeline.jpeg({ quality, chromaSubsampling: "4:4:4" }),
    "image/png": () => pipeline.png({ compressionLevel: 6 }),
    "image/webp": () => pipeline.webp({ quality }),
  }[mediaType]();
  const bytes = await encoded.toBuffer().catch((error: unknown) => {
    throw new MegaPairsError(
      "invalid-argument",
      `found ${width} x ${height} pixels that ${mediaType} cannot hold`,
      { cause: error },
    );
  });
  return { type: "bytes", bytes, mediaType };
}
