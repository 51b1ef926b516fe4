import { MegaPairsError } from "@megapairs/spec";
import { encodeImage } from "../encode-image.ts";
import { indentBlock, stackBlocks, tileBlocks, type Block } from "./block.ts";
import { createCanvas, type Canvas, type Color } from "./canvas.ts";
import type { ContactSheetCell, ContactSheetColumn, ContactSheetRow } from "./contact-sheet.ts";
import { createPictureBlock } from "./picture-block.ts";
import { createTextBlock, type TextStyle } from "./text-block.ts";

/** Options of one {@link renderContactSheet} call. */
export interface RenderContactSheetOptions {
  /** At the top of the sheet. */
  readonly title?: string | undefined;
  /** Under the title, smaller: what the rows are, how they were chosen. */
  readonly subtitle?: string | undefined;
  /** At least one. */
  readonly columns: readonly ContactSheetColumn[];
  /** At least one; some 20 are comfortable to look at. */
  readonly rows: readonly ContactSheetRow[];
  /** JPEG by default. */
  readonly mediaType?: "image/jpeg" | "image/png" | undefined;
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const ink: Color = [28, 33, 43];
const muted: Color = [110, 118, 132];
const page: Color = [243, 244, 247];
const card: Color = [255, 255, 255];
const rule: Color = [222, 226, 232];

const titleStyle = { size: 19, isBold: true, color: ink, maxCharacters: 200 };
const subtitleStyle = { size: 10, isBold: false, color: muted, maxCharacters: 400 };
const headingStyle = { size: 9, isBold: true, color: muted, maxCharacters: 80 };
const labelStyle = { size: 8, isBold: false, color: muted, maxCharacters: 200 };
const textStyle: TextStyle = { size: 10.5, isBold: false, color: ink, maxCharacters: 700 };

const margin = 28;
const padding = 18;
const columnGap = 28;
const paragraphGap = 18;
const tileGap = 12;

/** Most pixels of a sheet: 192 MiB of RGB, and sides that JPEG can hold. */
const maxPixels = 64e6;
const maxSide = 65_500;

/**
 * Draws rows of pictures and texts for a person to look at: one card a row, column names on top.
 *
 * Captions and paragraphs may hold anything: markup is shown as written, controls are left out,
 * long words are broken, texts beyond 700 characters end in an ellipsis. The font comes with the
 * package (DejaVu Sans: Latin, Greek, Cyrillic, Arabic and more); other scripts use the machine's
 * fonts. Pictures that cannot be decoded show the reason on grey. Returns a JPEG or PNG file.
 *
 * Rejects with `invalid-argument` where a row's cells are not one for each column, where a colour is
 * not `#rrggbb`, or where the sheet would exceed 64 megapixels or a side of 65,500.
 */
export async function renderContactSheet(options: RenderContactSheetOptions): Promise<Uint8Array> {
  const { columns, rows, mediaType = "image/jpeg", signal } = options;
  checkTable(columns, rows);
  const widths = columns.map(({ width = 240 }) => width);
  const inner = widths.reduce((sum, width) => sum + width, columnGap * (columns.length - 1));
  const cardWidth = inner + padding * 2;

  const blocks: Block[] = [];
  for (const [text, style] of [
    [options.title, titleStyle],
    [options.subtitle, subtitleStyle],
  ] as const) {
    if (text !== undefined) blocks.push(await createTextBlock(text, cardWidth, style));
  }
  const headings = columns.map(({ heading }, at) =>
    createTextBlock(heading.toUpperCase(), widths[at]!, headingStyle),
  );
  blocks.push(indentBlock(createLine(await Promise.all(headings), widths), padding));
  for (const row of rows) {
    signal?.throwIfAborted();
    blocks.push(createCard(await createRow(row, columns, widths, signal), cardWidth));
  }

  const sheet = stackBlocks(blocks, 16);
  const width = cardWidth + margin * 2;
  const height = sheet.height + margin * 2;
  if (width * height > maxPixels || Math.max(width, height) > maxSide) {
    throw new MegaPairsError(
      "invalid-argument",
      `found a sheet of ${width} x ${height} pixels, expected at most ${maxPixels} and sides of at most ${maxSide}`,
    );
  }
  const canvas = createCanvas(width, height, page);
  sheet.draw(canvas, margin, margin);
  return (await encodeImage(canvas.pixels, { mediaType })).bytes;
}

function checkTable(
  columns: readonly ContactSheetColumn[],
  rows: readonly ContactSheetRow[],
): void {
  if (columns.length === 0 || rows.length === 0) {
    throw new MegaPairsError(
      "invalid-argument",
      `found ${columns.length} columns and ${rows.length} rows, expected at least one of each`,
    );
  }
  for (const { heading, width = 240, imagesPerLine = 1 } of columns) {
    const isWidth = Number.isInteger(width) && width >= 40 && width <= 4000;
    const isPerLine = Number.isInteger(imagesPerLine) && imagesPerLine >= 1;
    if (!isWidth || !isPerLine || width / imagesPerLine < 40) {
      throw new MegaPairsError(
        "invalid-argument",
        `found column ${JSON.stringify(heading)} of ${width} pixels for ${imagesPerLine} images a line, expected 40..4000 pixels and 40 or more for each image`,
      );
    }
  }
  for (const [at, { cells }] of rows.entries()) {
    if (cells.length !== columns.length) {
      throw new MegaPairsError(
        "invalid-argument",
        `found ${cells.length} cells in row ${at + 1}, expected ${columns.length}`,
      );
    }
  }
}

async function createRow(
  row: ContactSheetRow,
  columns: readonly ContactSheetColumn[],
  widths: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Block> {
  const cells = await Promise.all(
    row.cells.map(async (cell, at) => createCell(cell, columns[at]!, widths[at]!, signal)),
  );
  const line = createLine(cells, widths);
  if (row.label === undefined) return line;
  return stackBlocks([await createTextBlock(row.label, line.width, labelStyle), line], 12);
}

async function createCell(
  cell: ContactSheetCell,
  { imagesPerLine = 1 }: ContactSheetColumn,
  width: number,
  signal: AbortSignal | undefined,
): Promise<Block> {
  if (cell.type === "text") {
    const paragraphs = cell.paragraphs.map((text) => createTextBlock(text, width, textStyle));
    return stackBlocks(await Promise.all(paragraphs), paragraphGap);
  }
  const side = Math.floor((width - tileGap * (imagesPerLine - 1)) / imagesPerLine);
  const pictures = cell.images.map((image) => createPictureBlock(image, side, signal));
  return tileBlocks(await Promise.all(pictures), imagesPerLine, tileGap);
}

/** Cells side by side, each at its column. */
function createLine(cells: readonly Block[], widths: readonly number[]): Block {
  const lefts = widths.map((_, at) =>
    widths.slice(0, at).reduce((sum, width) => sum + width + columnGap, 0),
  );
  return {
    width: lefts.at(-1)! + widths.at(-1)!,
    height: Math.max(...cells.map(({ height }) => height)),
    draw(canvas, left, top) {
      for (const [at, cell] of cells.entries()) cell.draw(canvas, left + lefts[at]!, top);
    },
  };
}

/** A white card with a hairline around its content. */
function createCard(content: Block, width: number): Block {
  const height = content.height + padding * 2;
  return {
    width,
    height,
    draw(canvas: Canvas, left: number, top: number) {
      canvas.paint({ left, top, width, height }, rule);
      canvas.paint({ left: left + 1, top: top + 1, width: width - 2, height: height - 2 }, card);
      content.draw(canvas, left + padding, top + padding);
    },
  };
}
