import { MegaPairsError, type ImagePixels, type ImageSource } from "@megapairs/spec";
import { decodeImage } from "../decode-image.ts";
import { resizePixels } from "../resize-pixels.ts";
import { stackBlocks, type Block } from "./block.ts";
import { parseColor, type Color } from "./canvas.ts";
import type { ContactSheetImage } from "./contact-sheet.ts";
import { createTextBlock } from "./text-block.ts";

const captionStyle = { size: 8, isBold: false, color: [92, 99, 112], maxCharacters: 160 } as const;
const noteStyle = { size: 8, isBold: false, color: [130, 137, 150], maxCharacters: 120 } as const;
const plainFrame: Color = [208, 213, 221];
const emptyField: Color = [232, 234, 238];
const border = 4;

/** A picture in a square field with a coloured frame, its caption under it. */
export async function createPictureBlock(
  picture: ContactSheetImage,
  side: number,
  signal: AbortSignal | undefined,
): Promise<Block> {
  const frame = picture.borderColor === undefined ? plainFrame : parseColor(picture.borderColor);
  if (frame === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `found borderColor ${JSON.stringify(picture.borderColor)}, expected #rrggbb`,
    );
  }
  const field = await createFieldBlock(picture.image, side, frame, signal);
  const caption = await createTextBlock(picture.caption ?? "", side, captionStyle);
  return stackBlocks(caption.height > 0 ? [field, caption] : [field], 6);
}

async function createFieldBlock(
  image: ImageSource | undefined,
  side: number,
  frame: Color,
  signal: AbortSignal | undefined,
): Promise<Block> {
  const inner = Math.max(1, side - border * 2);
  const shown = await decodeOrReason(image, signal);
  const pixels = typeof shown === "string" ? undefined : fitInto(shown, inner);
  const note = await createTextBlock(typeof shown === "string" ? shown : "", inner - 16, noteStyle);
  const width = (pixels?.width ?? inner) + border * 2;
  const height = (pixels?.height ?? inner) + border * 2;
  return {
    width: side,
    height,
    draw(canvas, left, top) {
      canvas.paint({ left, top, width, height }, frame);
      if (pixels !== undefined) {
        canvas.draw(pixels, left + border, top + border);
        return;
      }
      const middle = { left: left + border, top: top + border, width: inner, height: inner };
      canvas.paint(middle, emptyField);
      note.draw(
        canvas,
        middle.left + Math.floor((inner - note.width) / 2),
        middle.top + Math.floor((inner - note.height) / 2),
      );
    },
  };
}

async function decodeOrReason(
  image: ImageSource | undefined,
  signal: AbortSignal | undefined,
): Promise<ImagePixels | string> {
  if (image === undefined) return "no image";
  if (image.type === "pixels") return image;
  try {
    return await decodeImage(image.bytes, { signal });
  } catch (error) {
    if (MegaPairsError.isInstance(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** As large as fits the square, at most three times its own size. */
function fitInto(pixels: ImagePixels, side: number): ImagePixels {
  const scale = Math.min(3, side / Math.max(pixels.width, pixels.height));
  return resizePixels(pixels, {
    width: Math.max(1, Math.round(pixels.width * scale)),
    height: Math.max(1, Math.round(pixels.height * scale)),
  });
}
