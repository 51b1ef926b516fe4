import { MegaPairsError, type ImageMediaType } from "@megapairs/spec";
import sharp, { type Metadata, type Sharp } from "sharp";
import { identifyFormat } from "./identify-format.ts";
import type { ImageLimits } from "./image-limits.ts";

/** A file whose header was read and found within limits. */
export interface OpenedImage {
  /** Applies the EXIF orientation and reads the first frame only. */
  readonly pipeline: Sharp;
  readonly metadata: Metadata;
  readonly mediaType: ImageMediaType;
}

/** Reads a header and holds it to the limits. Throws as `inspectImage` does. */
export async function openImage(bytes: Uint8Array, limits: ImageLimits): Promise<OpenedImage> {
  if (bytes.length > limits.maxBytes) {
    throw new MegaPairsError(
      "unsupported",
      `found a file of ${bytes.length} bytes, expected at most ${limits.maxBytes}`,
    );
  }
  const mediaType = identifyFormat(bytes);
  const pipeline = sharp(bytes, {
    autoOrient: true,
    failOn: "error",
    limitInputPixels: false, // checked below, with the numbers in the message
    pages: 1,
  }).timeout({ seconds: Math.ceil(limits.timeoutMs / 1000) });

  const metadata = await pipeline.metadata().catch((error: unknown) => {
    throw toImageError(error, "header", mediaType, limits);
  });
  if (metadata.mediaType !== mediaType) {
    throw new MegaPairsError(
      "unsupported",
      `found ${metadata.mediaType ?? metadata.format} in a file that starts as ${mediaType}`,
    );
  }
  const { width, height } = metadata;
  if (width * height > limits.maxPixels) {
    throw new MegaPairsError(
      "unsupported",
      `found ${width} x ${height} pixels, expected at most ${limits.maxPixels} pixels`,
    );
  }
  return { pipeline, metadata, mediaType };
}

/**
 * What went wrong in the decoder, as one line with the right code. libvips keeps one text of errors for
 * all threads, so its words differ from run to run where several files are broken: they are the `cause`.
 */
export function toImageError(
  error: unknown,
  part: "header" | "pixels",
  mediaType: ImageMediaType,
  limits: ImageLimits,
): MegaPairsError {
  const words = error instanceof Error ? error.message : String(error);
  if (/^timeout:/mu.test(words)) {
    return new MegaPairsError(
      "unsupported",
      `found ${mediaType} data that takes longer to decode than ${limits.timeoutMs} ms`,
      { cause: error },
    );
  }
  return new MegaPairsError(
    "corrupt-data",
    `found broken ${mediaType} data: its ${part} cannot be read to the end`,
    { cause: error },
  );
}
