import { join } from "node:path";
import { openVectorCache } from "@megapairs/embed";
import {
  createEvalReport,
  createSubmission,
  openPictureFolder,
  pickExamples,
  renderReportMarkdown,
  renderReportPage,
  runBenchmark,
} from "@megapairs/eval";
import type { Benchmark, BenchmarkRun, Composition, EvalReport } from "@megapairs/eval";
import { createProgress, lockRun } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import type { EncoderV1 } from "@megapairs/spec";
import { holdOpen } from "../hold-open.ts";
import { makeDirectory, writeOutputFile } from "../output-file.ts";
import { checkPictures } from "./check-pictures.ts";
import { createItemEncoder } from "./item-encoder.ts";
import { pagePictures } from "./page-pictures.ts";

/** A benchmark, an encoder, and where pictures are and results go. */
export interface RunEvaluationOptions {
  readonly benchmark: Benchmark;
  readonly encoder: EncoderV1;
  readonly images: string;
  /** Run directory. */
  readonly out: string;
  /** Folder of the kept vectors. */
  readonly cache: string;
  readonly composition: Composition;
  readonly shortcuts: boolean;
  readonly partial: boolean;
  readonly limit?: number | undefined;
  readonly threads?: number | undefined;
  readonly seed: number;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** What was written. */
export interface RunEvaluationResult {
  /** Undefined for a split without targets. */
  readonly report: EvalReport | undefined;
  readonly title: string;
  readonly warnings: readonly string[];
  /** Absolute paths, by what they are. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Runs a benchmark and writes `predictions.json`, `results.json`, `report.md` and `report.html`, or for a
 * split without targets the files that its server takes.
 */
export async function runEvaluation(options: RunEvaluationOptions): Promise<RunEvaluationResult> {
  const { benchmark, encoder, out, cache: cacheDirectory, json, signal } = options;
  await makeDirectory(out);
  return holdOpen(async (hold) => {
    const lock = await lockRun(out);
    hold(() => lock.release());
    const folder = openPictureFolder(options.images);
    await checkPictures({ ...options, folder });
    if (cacheDirectory !== out) {
      await makeDirectory(cacheDirectory);
      const ofCache = await lockRun(cacheDirectory);
      hold(() => ofCache.release());
    }
    const cache = await openVectorCache({ directory: cacheDirectory, encoder });
    hold(() => cache.close());
    const progress = createProgress({ json });
    const encode = createItemEncoder({ encoder, folder, cache, progress, signal });
    const { composition, shortcuts, limit, threads } = options;
    const settings = { composition, shortcuts, limit, threads, signal };
    const run = await runBenchmark({ benchmark, encoder, encode, ...settings });
    refuseMissing(run, options.partial);
    const predictions = join(out, "predictions.json");
    await writeOutputFile(predictions, JSON.stringify(run.predictions));
    const { title } = run.result ?? run.benchmark;
    const done = { title, warnings: run.warnings };
    if (run.result === undefined) {
      const files = await writeSubmissions(run, out);
      return { ...done, report: undefined, files: { predictions, ...files } };
    }
    const report = createEvalReport({
      run: { ...run, result: run.result },
      model: encoder,
      seed: options.seed,
    });
    const { best, worst } = pickExamples(run);
    const pictureOf = await pagePictures([...best, ...worst], folder);
    const files = {
      results: join(out, "results.json"),
      predictions,
      markdown: join(out, "report.md"),
      page: join(out, "report.html"),
    };
    await writeOutputFile(files.results, `${JSON.stringify(report, null, 1)}\n`);
    await writeOutputFile(files.markdown, renderReportMarkdown(report));
    await writeOutputFile(files.page, renderReportPage({ report, best, worst, pictureOf }));
    return { ...done, report, files };
  });
}

/** Files that are there but cannot be read are as bad as missing ones. */
function refuseMissing({ missing }: BenchmarkRun, partial: boolean): void {
  const [first] = missing;
  if (first === undefined) return;
  const message = `${missing.length} pictures cannot be read, the first: ${first.reason}`;
  if (!partial) {
    throw new MegaPairsError(
      first.code === "unsupported" ? "unsupported" : "corrupt-data",
      `${message}. --partial runs without them, not under the benchmark's name; what was encoded is kept.`,
    );
  }
  process.stderr.write(`${message}\n`);
}

async function writeSubmissions(
  { benchmark, predictions }: BenchmarkRun,
  out: string,
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  if (Object.keys(predictions).length < benchmark.queries.length) return files;
  for (const { metric, json } of createSubmission({ benchmark, predictions })) {
    const file = join(out, `submission-${metric}.json`);
    await writeOutputFile(file, json);
    files[`submission ${metric}`] = file;
  }
  return files;
}
