import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  decodeImage,
  inspectImage,
  renderContactSheet,
  type ContactSheetCell,
} from "@megapairs/image";
import type { ImagePixels } from "@megapairs/spec";
import { describe, expect, test } from "vitest";
import { rejection } from "./rejection.ts";

const text = (...paragraphs: string[]): ContactSheetCell => ({ type: "text", paragraphs });
const column = { heading: "Notes", width: 300 };

const solid = (color: readonly number[], width = 20, height = 20): ImagePixels => ({
  type: "pixels",
  data: Uint8Array.from({ length: width * height * 3 }, (_, at) => color[at % 3]!),
  width,
  height,
});

/** How many pixels have exactly this colour. */
function countColor({ data }: ImagePixels, [red, green, blue]: readonly number[]): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 3) {
    if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) count += 1;
  }
  return count;
}

async function render(...rows: ContactSheetCell[]): Promise<ImagePixels> {
  const sheet = await renderContactSheet({
    columns: [column],
    rows: rows.map((cell) => ({ cells: [cell] })),
    mediaType: "image/png",
  });
  return decodeImage(sheet);
}

describe("renderContactSheet", () => {
  test("draws pictures, frames and texts, the same bytes each time", async () => {
    const options = {
      title: "Pairs",
      columns: [{ heading: "Query", width: 128 }, column],
      rows: [
        {
          label: "pair 1",
          cells: [
            {
              type: "images",
              images: [{ image: solid([9, 200, 30], 40, 40), borderColor: "#2563eb" }],
            },
            text("Make it blue."),
          ] satisfies ContactSheetCell[],
        },
      ],
      mediaType: "image/png",
    } as const;
    const sheet = await renderContactSheet(options);
    expect(await renderContactSheet(options)).toEqual(sheet);
    const pixels = await decodeImage(sheet);
    expect(pixels.width).toBe(28 + 18 + 128 + 28 + 300 + 18 + 28);
    expect(countColor(pixels, [9, 200, 30])).toBe(120 * 120);
    expect(countColor(pixels, [0x25, 0x63, 0xeb])).toBe(128 * 128 - 120 * 120);
    expect(countColor(pixels, [28, 33, 43])).toBeGreaterThan(50);
  });

  test("is a JPEG unless told otherwise", async () => {
    const sheet = await renderContactSheet({ columns: [column], rows: [{ cells: [text("a")] }] });
    await expect(inspectImage(sheet)).resolves.toMatchObject({ mediaType: "image/jpeg" });
  });

  test("shows grey where a picture is missing or broken, and why", async () => {
    const broken = { type: "bytes", bytes: new Uint8Array(3), mediaType: "image/png" } as const;
    const pixels = await render({ type: "images", images: [{}, { image: broken }] });
    expect(countColor(pixels, [232, 234, 238])).toBeGreaterThan(2 * 292 * 292 * 0.95);
  });

  test("tiles pictures of one cell", async () => {
    const image = { image: solid([1, 2, 3]) };
    const cells: ContactSheetCell[] = [{ type: "images", images: [image, image, image] }];
    const heights = await Promise.all(
      [1, 3].map(async (imagesPerLine) => {
        const columns = [{ ...column, imagesPerLine }];
        return (await inspectImage(await renderContactSheet({ columns, rows: [{ cells }] })))
          .height;
      }),
    );
    expect(heights[1]!).toBeLessThan(heights[0]! - 2 * 60);
  });

  test("shows markup as written", async () => {
    const bold = await render(text("<b>bold</b> &amp; <span size='99999'>x</span>"));
    const plain = await render(text("bold & x"));
    expect(bold.height).toBeLessThan(plain.height + 60);
    expect(countColor(bold, [28, 33, 43])).toBeGreaterThan(countColor(plain, [28, 33, 43]));
  });

  test("survives hostile text, and holds it to its column", async () => {
    const hostile = [
      "",
      " \n\t ",
      "\u0000\u0007\u001b[31m",
      "\ud800 lone \udc00",
      "\u202e\u2066 reversed",
      "</span><span foreground='red'>",
      "&#0; &bogus; % %n %s \\",
      "W".repeat(5000),
      "word ".repeat(5000),
      "e\u0301\u0302\u0303".repeat(60),
      "中文 日本語 العربية हिन्दी 😀👩‍👩‍👧",
    ];
    const pixels = await render(...hostile.map((line) => text(line)), text(...hostile));
    const card = 28 + 18 + 300;
    const outside: number[] = [];
    for (let y = 0; y < pixels.height; y += 1) {
      const at = (y * pixels.width + card + 8) * 3;
      outside.push(Math.min(...pixels.data.subarray(at, at + 18)));
    }
    expect(Math.min(...outside)).toBeGreaterThanOrEqual(222);
  });

  test("writes with its own font where the machine has none", { timeout: 20_000 }, async () => {
    const script = fileURLToPath(new URL("fontless-sheet.ts", import.meta.url));
    const nowhere = "/nonexistent";
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=@megapairs/source", script],
      {
        env: {
          ...process.env,
          FONTCONFIG_FILE: nowhere,
          FONTCONFIG_PATH: nowhere,
          HOME: nowhere,
          XDG_DATA_HOME: nowhere,
          XDG_DATA_DIRS: nowhere,
        },
        encoding: "buffer",
      },
    );
    const here = await renderContactSheet({
      columns: [column],
      rows: [{ cells: [text("Show it in Жёлтый.")] }],
      mediaType: "image/png",
    });
    expect(new Uint8Array(stdout)).toEqual(new Uint8Array(here));
  });

  test("refuses rows that do not match the columns, colours that are none, huge sheets", async () => {
    const cells = [text("a")];
    const columns = [column];
    expect(await rejection(renderContactSheet({ columns, rows: [] }))).toContain(
      "found 1 columns and 0 rows, expected at least one of each",
    );
    expect(await rejection(renderContactSheet({ columns, rows: [{ cells }, { cells: [] }] }))).toBe(
      "invalid-argument: found 0 cells in row 2, expected 1",
    );
    const red: ContactSheetCell = { type: "images", images: [{ borderColor: "red" }] };
    expect(await rejection(renderContactSheet({ columns, rows: [{ cells: [red] }] }))).toBe(
      'invalid-argument: found borderColor "red", expected #rrggbb',
    );
    const narrow = [{ ...column, imagesPerLine: 20 }];
    expect(await rejection(renderContactSheet({ columns: narrow, rows: [{ cells }] }))).toContain(
      'found column "Notes" of 300 pixels for 20 images a line',
    );
    const wide = [{ heading: "Many", width: 4000 }];
    const many: ContactSheetCell = { type: "images", images: [{}, {}, {}, {}, {}] };
    expect(
      await rejection(renderContactSheet({ columns: wide, rows: [{ cells: [many] }] })),
    ).toContain("found a sheet of");
  });
});
