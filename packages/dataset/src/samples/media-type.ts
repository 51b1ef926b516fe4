import { MegaPairsError } from "@megapairs/spec";
import type { ImageMediaType } from "@megapairs/spec";
import { z } from "zod";

import signatures from "./media-signatures.json" with { type: "json" };

const table = z
  .array(
    z.object({
      mediaType: z.enum([
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/tiff",
        "image/avif",
      ]),
      /** Hexadecimal, a dot for any digit. */
      signature: z.string().transform((signature) => new RegExp(`^${signature}`, "u")),
    }),
  )
  .parse(signatures);

/**
 * The media type of an image file, by its first bytes. Throws `corrupt-data`, naming `item`, for
 * what is none of the six: decoders check the rest.
 */
export function mediaTypeOf(item: string, bytes: Uint8Array): ImageMediaType {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16));
  const hex = start.toString("hex");
  const found = table.find(({ signature }) => signature.test(hex));
  if (found !== undefined) return found.mediaType;
  throw new MegaPairsError(
    "corrupt-data",
    `${item}: found ${hex === "" ? "an empty file" : `data starting with 0x${hex.slice(0, 16)}`}, expected JPEG, PNG, WebP, GIF, TIFF or AVIF`,
  );
}
