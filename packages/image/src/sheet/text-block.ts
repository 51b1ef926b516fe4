import { createRequire } from "node:module";
import sharp from "sharp";
import type { Block } from "./block.ts";
import type { Color } from "./canvas.ts";

/** How a text looks. */
export interface TextStyle {
  /** Points at 96 dots per inch. */
  readonly size: number;
  readonly isBold: boolean;
  readonly color: Color;
  /** Longer texts end in an ellipsis. */
  readonly maxCharacters: number;
}

const require = createRequire(import.meta.url);
const faces = {
  regular: { font: "DejaVu Sans", file: require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf") },
  bold: {
    font: "DejaVu Sans Bold",
    file: require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
  },
};

/** Wrapped text in the package's own font: a machine needs none installed. */
export async function createTextBlock(
  text: string,
  width: number,
  style: TextStyle,
): Promise<Block> {
  const shown = cleanText(text, style.maxCharacters);
  if (shown === "") return { width: 0, height: 0, draw: () => undefined };
  const face = style.isBold ? faces.bold : faces.regular;
  const { data, info } = await sharp({
    text: {
      text: escapeMarkup(shown),
      font: `${face.font} ${style.size}`,
      fontfile: face.file,
      width,
      dpi: 96,
      spacing: Math.round(style.size * 0.4),
      wrap: "word-char",
    },
  })
    .extractChannel(0)
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const mask = { data, width: info.width, height: info.height };
  return {
    width: info.width,
    height: info.height,
    draw: (canvas, left, top) => canvas.stain(mask, left, top, style.color),
  };
}

/** One line of visible characters: no controls, no direction marks, no halves of surrogate pairs. */
function cleanText(text: string, maxCharacters: number): string {
  const visible = text
    .slice(0, maxCharacters * 4)
    .replaceAll(/\p{Cf}/gu, "")
    .replaceAll(/\p{Cs}/gu, "\u{fffd}")
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim();
  const characters = Array.from(visible);
  return characters.length > maxCharacters
    ? `${characters
        .slice(0, maxCharacters - 1)
        .join("")
        .trimEnd()}…`
    : visible;
}

function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
