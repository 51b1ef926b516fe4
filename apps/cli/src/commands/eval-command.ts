import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  createSubmission,
  groupIntervals,
  scoreIntervals,
  scorePredictions,
} from "@megapairs/eval";
import type { BenchmarkName } from "@megapairs/eval";
import { MegaPairsError } from "@megapairs/spec";
import { Argument, Command } from "commander";
import { benchmarkSplits, chooseBenchmark } from "../choose/choose-benchmark.ts";
import { addBenchmarkOptions, benchmarkOptionsOf } from "./benchmark-options.ts";
import type { BenchmarkFlags } from "./benchmark-options.ts";
import { evalCompareCommand } from "./eval-compare-command.ts";
import { evalPublishedCommand } from "./eval-published-command.ts";
import { evalRunCommand } from "./eval-run-command.ts";
import { formatScores } from "../format-scores.ts";
import { wholeNumber } from "./option-values.ts";

interface PredictionFlags {
  readonly annotations: string;
  readonly predictions: string;
  readonly json?: boolean | undefined;
}

interface ScoreFlags extends PredictionFlags, BenchmarkFlags {
  readonly seed: number;
}

interface SubmitFlags extends PredictionFlags {
  readonly split: string;
  readonly out: string;
}

/** `megapairs eval`: what rankings are worth on the benchmarks, by their authors' rules. */
export function evalCommand(): Command {
  return new Command("eval")
    .description("run models over benchmarks and score rankings as their authors do")
    .addCommand(evalRunCommand())
    .addCommand(scoreCommand())
    .addCommand(evalCompareCommand())
    .addCommand(evalPublishedCommand())
    .addCommand(submitCommand());
}

function scoreCommand(): Command {
  const command = predictionsCommand("score", Object.keys(benchmarkSplits))
    .description("score predictions by the official rule; needs no model and no images")
    .option("--seed <n>", "decides the bootstrap of the intervals", wholeNumber, 0);
  return addBenchmarkOptions(command)
    .addHelpText(
      "after",
      `
Predictions are {"query id": ["candidate id", …]}, best first. Query ids: CIRCO id, CIRR pairid,
FashionIQ dress/0, GeneCIS focus_object/0, MMEB ImageNet-1K/0 (position in the file). Of MMEB a list
may be {"similarities": [0.1, …]}, one for each candidate: ties are then seen. A file without some
queries is scored, but not under the benchmark's name. --json gives shares of 1, not percent.

Example:
  megapairs eval score circo --annotations ./CIRCO --predictions ranked.json`,
    )
    .action(async (name: BenchmarkName, flags: ScoreFlags) => {
      const directory = resolve(flags.annotations);
      const benchmark = await chooseBenchmark({ ...benchmarkOptionsOf(flags), name, directory });
      const predictions = await readPredictions(flags.predictions);
      const result = scorePredictions({ benchmark, predictions });
      const { seed } = flags;
      const intervals = scoreIntervals(result, { seed });
      const ofGroups = groupIntervals(result, { seed });
      const { queries, ...summary } = result;
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify({ ...summary, queries: queries.length, intervals, groupIntervals: ofGroups })}\n`
          : `${formatScores(result, intervals, ofGroups)}\n`,
      );
    });
}

function submitCommand(): Command {
  return predictionsCommand("submit", ["circo", "cirr"])
    .requiredOption("--split <name>", "part of the benchmark")
    .description("write the files that the evaluation servers of CIRCO and CIRR take")
    .requiredOption("-o, --out <folder>", "where the files go")
    .addHelpText(
      "after",
      `
Example:
  megapairs eval submit cirr --split test1 --annotations ./cirr --predictions ranked.json --out sub`,
    )
    .action(async (name: BenchmarkName, flags: SubmitFlags) => {
      const { split, annotations } = flags;
      const benchmark = await chooseBenchmark({ name, directory: resolve(annotations), split });
      const predictions = await readPredictions(flags.predictions);
      const folder = resolve(flags.out);
      const submissions = createSubmission({ benchmark, predictions });
      await mkdir(folder, { recursive: true });
      const files: string[] = [];
      for (const { metric, json } of submissions) {
        const file = join(folder, `${name}-${split}-${metric}.json`);
        await writeFile(file, json);
        files.push(file);
      }
      process.stdout.write(
        flags.json === true ? `${JSON.stringify({ files })}\n` : `${files.join("\n")}\n`,
      );
    });
}

function predictionsCommand(name: string, benchmarks: readonly string[]): Command {
  return new Command(name)
    .addArgument(new Argument("<benchmark>", "which one").choices(benchmarks))
    .requiredOption(
      "-a, --annotations <path>",
      "folder of the official files; of triplets the .jsonl file",
    )
    .requiredOption("-p, --predictions <file>", "JSON, rankings by query id")
    .option("--json", "the result as one JSON object");
}

async function readPredictions(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(resolve(file), "utf8"));
  } catch (error) {
    const found = error instanceof SyntaxError ? "is no whole JSON" : "cannot be read";
    throw new MegaPairsError(
      "invalid-argument",
      `${resolve(file)} ${found}; expected predictions by query id.`,
      { cause: error },
    );
  }
}
