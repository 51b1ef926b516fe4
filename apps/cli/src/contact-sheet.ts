import type { RunDatabase } from "@megapairs/dataset";
import { renderContactSheet } from "@megapairs/image";
import type { ContactSheetImage, ContactSheetRow } from "@megapairs/image";
import type { TripletRecord } from "@megapairs/spec";
import { explainError } from "./exit-code.ts";
import { writeOutputFile } from "./output-file.ts";

/** What to draw and where. */
export interface ContactSheetOptions {
  readonly database: RunDatabase;
  readonly triplets: readonly TripletRecord[];
  /** JPEG. */
  readonly file: string;
}

const COLUMNS = [
  { heading: "Query image", width: 200 },
  { heading: "Instructions", width: 330 },
  { heading: "Target image", width: 200 },
  { heading: "Hard negatives", width: 330, imagesPerLine: 3 },
];
const QUERY = "#3b6fd4";
const TARGET = "#2e9e5b";
const NEGATIVE = "#c8503f";

/**
 * Draws query, instructions, target and mined negatives of some triplets. Gives the file, or null
 * without any triplets.
 */
export async function writeContactSheet(options: ContactSheetOptions): Promise<string | null> {
  const { database, triplets, file } = options;
  if (triplets.length === 0) return null;
  const rows: ContactSheetRow[] = [];
  for (const triplet of triplets) rows.push(await drawTriplet(database, triplet));
  const sheet = await renderContactSheet({
    title: "Sample triplets",
    subtitle:
      "An instruction leads from the query image to the target. The query image is the first negative of every pair and is not shown again.",
    columns: COLUMNS,
    rows,
  });
  await writeOutputFile(file, sheet);
  return file;
}

/** The same, but where it fails says so on standard error: a run is no worse without its picture. */
export async function offerContactSheet(options: ContactSheetOptions): Promise<string | null> {
  try {
    return await writeContactSheet(options);
  } catch (error) {
    process.stderr.write(`No contact sheet: ${explainError(error)}\n`);
    return null;
  }
}

async function drawTriplet(
  database: RunDatabase,
  { queryId, targetId, hardNegativeIds, instructions, evidence }: TripletRecord,
): Promise<ContactSheetRow> {
  const negativeIds = hardNegativeIds.slice(1);
  const images: Required<ContactSheetImage>[] = [];
  const ids = [queryId, targetId, ...negativeIds];
  for await (const { bytes, mediaType, path } of database.readImages({ ids, bytes: true })) {
    const [borderColor = NEGATIVE] = [QUERY, TARGET].slice(images.length);
    const caption = shorten(path.split("/").at(-1) ?? path, images.length < 2 ? 30 : 15);
    images.push({ image: { type: "bytes", bytes, mediaType }, caption, borderColor });
  }
  const [query, target, ...negatives] = images;
  const found = evidence.map(({ relation, score }) => `${relation} ${score.toFixed(3)}`);
  return {
    label: `found by ${found.join(" · ")}`,
    cells: [
      { type: "images", images: query ? [query] : [] },
      { type: "text", paragraphs: instructions },
      { type: "images", images: target ? [target] : [] },
      { type: "images", images: negatives },
    ],
  };
}

/** Keeps both ends of a file name: the beginning says what it is, the end which one. */
function shorten(name: string, most: number): string {
  if (name.length <= most) return name;
  const kept = most - 1;
  return `${name.slice(0, Math.ceil(kept / 2))}…${name.slice(-Math.floor(kept / 2))}`;
}
