import { formatBytes, formatCount } from "@megapairs/run";
import { offerContactSheet } from "./contact-sheet.ts";
import { formatFacts } from "./format-facts.ts";
import { openRun } from "./open-run.ts";
import { runPaths } from "./run-paths.ts";
import type { PipelineResult } from "./pipeline.ts";
import { gatherRunFacts } from "./run-facts.ts";
import { sampleTriplets } from "./sample-triplets.ts";

const SHEET_TRIPLETS = 8;

/** Draws the contact sheet of a run and says what the run holds and where, on standard output. */
export async function reportRun(
  directory: string,
  { exported }: PipelineResult,
  json: boolean,
): Promise<void> {
  const { record, database } = await openRun(directory);
  try {
    const facts = await gatherRunFacts(directory, record, database);
    const file = runPaths(directory).contactSheet;
    const triplets = await sampleTriplets(database, { count: SHEET_TRIPLETS, seed: 0 });
    const contactSheet = await offerContactSheet({ database, triplets, file });
    if (json) {
      const result = { run: directory, ...facts, exported: exported ?? null, contactSheet };
      process.stdout.write(`${JSON.stringify(result)}\n`);
      return;
    }
    const places = [["run", directory]];
    if (exported !== undefined) {
      const { jsonlPath, triplets: count, images, bytes } = exported;
      places.push(["dataset", jsonlPath]);
      const size = `${formatCount(count)} triplets, ${formatCount(images)} images, ${formatBytes(bytes)}`;
      places.push(["", size]);
    }
    if (contactSheet !== null) places.push(["sheet", contactSheet]);
    const list = places.map(([name = "", text = ""]) => `${name.padEnd(11)}${text}`).join("\n");
    process.stdout.write(`\n${formatFacts(facts, { allRejects: false })}\n\n${list}\n`);
  } finally {
    database.close();
  }
}
