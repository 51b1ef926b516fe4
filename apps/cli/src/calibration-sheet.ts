import type { RunDatabase, StoredImage } from "@megapairs/dataset";
import { renderContactSheet } from "@megapairs/image";
import type { ContactSheetImage, ContactSheetRow } from "@megapairs/image";
import type { Calibration, CalibrationBin } from "./calibrate-run.ts";
import { writeOutputFile } from "./output-file.ts";

/** What to draw and where. */
export interface CalibrationSheetOptions {
  readonly database: RunDatabase;
  readonly calibration: Calibration;
  /** Pairs of a bin. */
  readonly pairsPerBin: number;
  /** JPEG. */
  readonly file: string;
}

const PAIR_WIDTH = 250;
/** The most similar ones: bands lie among them. */
const MOST_ROWS = 16;
const INSIDE = "#2e9e5b";
const OUTSIDE = "#9aa0a6";

/** Draws pairs of each range of cosines, the highest first; those inside the band have a green frame. */
export async function writeCalibrationSheet(options: CalibrationSheetOptions): Promise<void> {
  const { database, calibration, pairsPerBin, file } = options;
  const { relation, band } = calibration;
  const rows: ContactSheetRow[] = [];
  for (const bin of calibration.bins.toReversed().filter(({ pairs }) => pairs.length > 0)) {
    if (rows.length === MOST_ROWS) break;
    rows.push(await drawBin(database, bin, calibration, pairsPerBin));
  }
  const sheet = await renderContactSheet({
    title: `Pairs by cosine under ${relation}`,
    subtitle: `A band should begin where pairs are related and end where they are the same picture. Now: ${band.lower} to ${band.upper}, framed green.`,
    columns: Array.from({ length: pairsPerBin }, (_, pair) => ({
      heading: `Pair ${pair + 1}`,
      width: PAIR_WIDTH,
      imagesPerLine: 2,
    })),
    rows,
  });
  await writeOutputFile(file, sheet);
}

async function drawBin(
  database: RunDatabase,
  { lower, upper, imagesPerQuery, pairs }: CalibrationBin,
  { band }: Calibration,
  pairsPerBin: number,
): Promise<ContactSheetRow> {
  const images = new Map<string, StoredImage & { readonly bytes: Uint8Array }>();
  const ids = [...new Set(pairs.flatMap(({ queryId, otherId }) => [queryId, otherId]))];
  for await (const image of database.readImages({ ids, bytes: true })) images.set(image.id, image);
  const draw = (id: string, score: number): ContactSheetImage => {
    const image = images.get(id);
    const borderColor = score > band.lower && score < band.upper ? INSIDE : OUTSIDE;
    if (image === undefined) return { caption: score.toFixed(3), borderColor };
    const { bytes, mediaType } = image;
    return { image: { type: "bytes", bytes, mediaType }, caption: score.toFixed(3), borderColor };
  };
  return {
    label: `${lower.toFixed(2)} to ${upper.toFixed(2)} · ${imagesPerQuery.toPrecision(3)} images for a query`,
    cells: Array.from({ length: pairsPerBin }, (_, place) => {
      const pair = pairs[place];
      const shown = pair === undefined ? [] : [pair.queryId, pair.otherId];
      return { type: "images", images: shown.map((id) => draw(id, pair?.score ?? 0)) };
    }),
  };
}
