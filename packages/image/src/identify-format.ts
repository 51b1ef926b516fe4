import { MegaPairsError, type ImageMediaType } from "@megapairs/spec";
import { z } from "zod";
import signatures from "./media-signatures.json" with { type: "json" };

const table = z
  .array(
    z.object({
      format: z.string(),
      /** Null for what is recognised only to be refused by name. */
      mediaType: z
        .enum(["image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/avif"])
        .nullable(),
      /** Hexadecimal, a dot for any digit. */
      signature: z.string().transform((signature) => new RegExp(`^${signature}`, "u")),
    }),
  )
  .parse(signatures);

/**
 * Names the format of a file by its first bytes, so that nothing but the six media types of
 * `ImageMediaType` ever reaches a decoder: no SVG, no PDF, no loader that runs other programs.
 *
 * Throws `corrupt-data` for what is no image, `unsupported` for a format that is not decoded.
 */
export function identifyFormat(bytes: Uint8Array): ImageMediaType {
  if (bytes.length === 0) {
    throw new MegaPairsError("corrupt-data", "found an empty file, expected an image");
  }
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024));
  const hex = head.toString("hex", 0, 16);
  const found = table.find(({ signature }) => signature.test(hex));
  if (found?.mediaType) return found.mediaType;

  const format = found?.format ?? identifyMarkup(head.toString("latin1"));
  if (format !== undefined && format !== "HTML") {
    throw new MegaPairsError(
      "unsupported",
      `found ${format} data, expected JPEG, PNG, WebP, GIF, TIFF or AVIF`,
    );
  }
  throw new MegaPairsError(
    "corrupt-data",
    `found ${format ?? `data starting with 0x${hex.slice(0, 16)}`}, expected an image`,
  );
}

function identifyMarkup(head: string): string | undefined {
  if (/<svg[\s>]/iu.test(head)) return "SVG";
  return /^\s*(?:\u00ef\u00bb\u00bf)?\s*<(?:!doctype html|html|head|body)/iu.test(head)
    ? "HTML"
    : undefined;
}
