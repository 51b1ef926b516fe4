import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ReportResults } from "@megapairs/report";
import { abortOnSignals, formatBytes } from "@megapairs/run";
import { Command } from "commander";
import { openRun } from "../open-run.ts";
import { prepareOutputFile, writeOutputFile } from "../output-file.ts";
import { runResults } from "../report/run-results.ts";
import { positiveInteger, wholeNumber } from "./option-values.ts";

interface ReportFlags {
  readonly out?: string | undefined;
  readonly samples: number;
  readonly sample: number;
  readonly seed: number;
  readonly json?: boolean | undefined;
}

/** `megapairs report`: a run or results as one page. */
export function reportCommand(): Command {
  return new Command("report")
    .description("write what a run holds, or a results.json, as one HTML page that loads nothing")
    .argument("<run>", "run directory, or a results.json")
    .option("-o, --out <file>", "the page; report.html in the run or beside the file by default")
    .option("-n, --samples <n>", "triplets to show", positiveInteger, 8)
    .option(
      "--sample <n>",
      "images compared with all others for the histograms",
      positiveInteger,
      200,
    )
    .option("--seed <n>", "which triplets and images", wholeNumber, 0)
    .option("--json", "the results themselves, as one JSON object on stdout")
    .action(async (run: string, flags: ReportFlags) => {
      const place = resolve(run);
      const isFile = (await stat(place).catch(() => undefined))?.isFile() === true;
      const file = resolve(
        flags.out ?? (isFile ? join(place, "../report.html") : join(place, "report.html")),
      );
      if (!isFile) await openRun(place).then(({ database }) => database.close());
      await prepareOutputFile(file);
      // Charts take a quarter of a second to load: no other command waits for them.
      const { parseResults, renderReport } = await import("@megapairs/report");
      const results = isFile
        ? parseResults(await readFile(place, "utf8"), place)
        : await resultsOfRun(place, flags);
      const page = renderReport(results);
      await writeOutputFile(file, page);
      const size = formatBytes(Buffer.byteLength(page));
      process.stdout.write(
        flags.json === true ? `${JSON.stringify(results)}\n` : `report     ${file}, ${size}\n`,
      );
    });
}

async function resultsOfRun(directory: string, flags: ReportFlags): Promise<ReportResults> {
  const { record, database } = await openRun(directory);
  const abort = abortOnSignals();
  try {
    const { samples: triplets, sample, seed } = flags;
    const { signal } = abort;
    return await runResults({ directory, record, database, triplets, sample, seed, signal });
  } finally {
    abort.dispose();
    database.close();
  }
}
