import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { compareScores, parseEvalReport } from "@megapairs/eval";
import type { CompareScoresResult, ScoreResult } from "@megapairs/eval";
import { MegaPairsError } from "@megapairs/spec";
import { Command } from "commander";
import { wholeNumber } from "./option-values.ts";

interface CompareFlags {
  readonly metric?: string | undefined;
  readonly seed: number;
  readonly json?: boolean | undefined;
}

/** `megapairs eval compare`: whether two runs differ by more than the luck of the queries. */
export function evalCompareCommand(): Command {
  return new Command("compare")
    .description("compare two runs query by query: difference, interval, p-value")
    .argument("<first>", "results.json of eval run, or its folder")
    .argument("<second>", "another one, of the same benchmark and queries")
    .option("--metric <name>", "one metric; all that both have if left out")
    .option("--seed <n>", "decides the resampling", wholeNumber, 0)
    .option("--json", "the result as one JSON object")
    .addHelpText(
      "after",
      `
Differences are first minus second, with a paired bootstrap interval; p is two-sided, of a paired
permutation test. Where a benchmark's score is a mean over categories, so is the difference.

Example:
  megapairs eval compare runs/circo-new runs/circo-old`,
    )
    .action(async (one: string, other: string, { metric, seed, json }: CompareFlags) => {
      const [first, second] = [await read(one), await read(other)];
      const metrics =
        metric === undefined
          ? Object.keys(first.scores).filter((name) => Object.hasOwn(second.scores, name))
          : [metric];
      const results = metrics.map((name) => compareScores({ first, second, metric: name, seed }));
      process.stdout.write(
        json === true
          ? `${JSON.stringify({ protocol: first.rule, queries: first.queries.length, results })}\n`
          : `${format(first, results)}\n`,
      );
    });
}

async function read(path: string): Promise<ScoreResult> {
  const file = resolve(path.endsWith(".json") ? path : join(path, "results.json"));
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new MegaPairsError(
      "invalid-argument",
      `${file} cannot be read; expected the results of eval run.`,
      { cause },
    );
  });
  return parseEvalReport(text, file);
}

function format({ rule, queries }: ScoreResult, results: readonly CompareScoresResult[]): string {
  const rows = results.map(({ metric, first, second, difference, pValue }) => {
    const { mean, lower, upper } = difference;
    const range = `${points(lower)} to ${points(upper)}`;
    return `  ${metric.padEnd(16)}${percent(first)}  ${percent(second)}  ${points(mean)}   95 %: ${range}   p = ${pValue.toPrecision(2)}`;
  });
  return [
    rule,
    `${queries.length} queries; first, second, first minus second, in percent`,
    "",
    ...rows,
  ].join("\n");
}

function percent(share: number): string {
  return (share * 100).toFixed(2).padStart(6);
}

function points(share: number): string {
  return `${share < 0 ? "" : "+"}${(share * 100).toFixed(2)}`.padStart(6);
}
