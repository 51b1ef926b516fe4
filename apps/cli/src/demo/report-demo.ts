import { renderReport } from "@megapairs/report";
import type { ExperimentGroup, ReportResults } from "@megapairs/report";
import { offerContactSheet } from "../contact-sheet.ts";
import { openRun } from "../open-run.ts";
import { writeOutputFile } from "../output-file.ts";
import { runPaths } from "../run-paths.ts";
import { sampleTriplets } from "../sample-triplets.ts";
import { demoPaths } from "./demo-paths.ts";
import { buildResults } from "./results/build-results.ts";
import type { BuildResultsOptions } from "./results/build-results.ts";
import type { DemoRun } from "./run-demo.ts";

/** Where results go and how they are said. */
export interface ReportDemoOptions extends BuildResultsOptions {
  readonly folder: string;
  /** The results on standard output, not tables. */
  readonly json: boolean;
}

const SHEET_TRIPLETS = 8;

/** Writes `results.json`, the contact sheet and the page, and says what came out and where it lies. */
export async function reportDemo(run: DemoRun, options: ReportDemoOptions): Promise<void> {
  const paths = demoPaths(options.folder);
  const [data] = run.mined.values();
  const results = await buildResults(run, options);
  await writeOutputFile(paths.results, `${JSON.stringify(results, undefined, 1)}\n`);
  await writeOutputFile(paths.page, renderReport(results));
  const sheet = await writeSheet(data!.run);
  const places = {
    run: data!.run,
    dataset: data!.result.exported?.jsonlPath,
    sheet,
    page: paths.page,
    results: paths.results,
  };
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ...places, results })}\n`
      : `${describe(results)}\n\n${list(places)}\n`,
  );
}

async function writeSheet(directory: string): Promise<string | null> {
  const { database } = await openRun(directory);
  try {
    const triplets = await sampleTriplets(database, { count: SHEET_TRIPLETS, seed: 0 });
    return await offerContactSheet({ database, triplets, file: runPaths(directory).contactSheet });
  } finally {
    database.close();
  }
}

function describe({ claim, experiments = [], disagreements = [] }: ReportResults): string {
  const paragraphs = [
    claim ?? "",
    ...experiments.map(describeGroup),
    ...disagreements.map(({ paper, found }) => `Not as in the paper: ${paper} Here ${found}.`),
  ];
  return `\n${paragraphs.join("\n\n")}`;
}

function describeGroup({ title, metrics, rows }: ExperimentGroup): string {
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const lines = rows.map(({ name, scores }) => {
    const cells = metrics.slice(0, 2).map((metric) => {
      const { mean, lower, upper } = scores[metric]!;
      return `${metric} ${percent(mean)} % (${percent(lower)} to ${percent(upper)})`;
    });
    return `  ${name.padEnd(width)}${cells.join("   ")}`;
  });
  return [title, ...lines].join("\n");
}

function percent(share: number): string {
  return (100 * share).toFixed(1).padStart(4);
}

function list(places: Readonly<Record<string, string | null | undefined>>): string {
  return Object.entries(places)
    .flatMap(([name, path]) => (path == null ? [] : [`${name.padEnd(11)}${path}`]))
    .join("\n");
}
