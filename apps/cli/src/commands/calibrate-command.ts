import { join, resolve } from "node:path";
import { abortOnSignals, formatCount } from "@megapairs/run";
import { Command } from "commander";
import { calibrateRun } from "../calibrate-run.ts";
import type { Calibration } from "../calibrate-run.ts";
import { writeCalibrationSheet } from "../calibration-sheet.ts";
import { openRun } from "../open-run.ts";
import { makeDirectory } from "../output-file.ts";
import { positiveInteger, wholeNumber } from "./option-values.ts";

interface CalibrateFlags {
  readonly sample: number;
  readonly pairs: number;
  readonly seed: number;
  readonly sheets?: string | undefined;
  readonly json?: boolean | undefined;
}

/** `megapairs mine calibrate`: what cosines mean under each relation of a run. */
export function calibrateCommand(): Command {
  return new Command("calibrate")
    .description("print how the cosines of a run are spread and draw pairs of each range")
    .argument("<run>", "run directory, embedded")
    .option("--sample <n>", "images compared with all others", positiveInteger, 200)
    .option("--pairs <n>", "pairs drawn for each range of cosines", positiveInteger, 4)
    .option("--seed <n>", "which ones", wholeNumber, 0)
    .option("--sheets <directory>", "where calibration-RELATION.jpg goes; the run by default")
    .option("--json", "everything as one JSON object")
    .addHelpText(
      "after",
      `
Then: megapairs mine RUN --redo mine --band RELATION=LOWER,UPPER
or, in the settings, shares of all pairs instead of cosines: band: { quantiles: [0.99, 0.9995] }`,
    )
    .action(async (run: string, flags: CalibrateFlags) => {
      const directory = resolve(run);
      const { sample, pairs: pairsPerBin, seed, json = false } = flags;
      const { record, database } = await openRun(directory);
      const abort = abortOnSignals();
      try {
        const { signal } = abort;
        const options = { record, database, sample, pairsPerBin, seed, signal };
        const calibrations = await calibrateRun(options);
        const folder = flags.sheets === undefined ? directory : resolve(flags.sheets);
        await makeDirectory(folder);
        const sheets: string[] = [];
        for (const calibration of calibrations) {
          const file = join(folder, `calibration-${calibration.relation}.jpg`);
          await writeCalibrationSheet({ database, calibration, pairsPerBin, file });
          sheets.push(file);
        }
        if (json) {
          const relations = calibrations.map((one, index) => ({ ...one, sheet: sheets[index] }));
          process.stdout.write(`${JSON.stringify({ run: directory, relations })}\n`);
          return;
        }
        const texts = calibrations.map((one, index) => `${describe(one)}\n  ${sheets[index]}\n`);
        process.stdout.write(texts.join("\n"));
      } finally {
        abort.dispose();
        database.close();
      }
    });
}

const BAR_WIDTH = 32;

function describe(calibration: Calibration): string {
  const { relation, images, sampledQueries, bins, quantiles, band, proposed } = calibration;
  const most = Math.max(...bins.map(({ imagesPerQuery }) => Math.log1p(imagesPerQuery)));
  const histogram = bins.map(({ lower, upper, imagesPerQuery, share }) => {
    const bar = "█".repeat(Math.round((BAR_WIDTH * Math.log1p(imagesPerQuery)) / most));
    const numbers = `${imagesPerQuery.toFixed(2).padStart(10)} ${(100 * share).toFixed(3).padStart(8)} %`;
    return `  ${signed(lower)} ${signed(upper)} ${bar.padEnd(BAR_WIDTH)} ${numbers}`;
  });
  const shares = Object.entries(quantiles).map(
    ([share, cosine]) => `${Number((100 * Number(share)).toFixed(4))} % ${cosine.toFixed(3)}`,
  );
  return [
    `${relation}: ${formatCount(images)} images, ${formatCount(sampledQueries)} of them compared with all`,
    `  cosines      (bars are logarithmic)           images a query   of all`,
    ...histogram,
    `  below        ${shares.join(" · ")}`,
    `  band         ${band.lower}, ${band.upper}: ${calibration.neighboursPerQuery.toFixed(1)} images a query`,
    proposed === null
      ? "  proposed     none: no pair lies below the band's upper bound"
      : `  proposed     ${proposed.lower}, ${proposed.upper}`,
  ].join("\n");
}

function signed(cosine: number): string {
  return cosine.toFixed(2).padStart(5);
}
