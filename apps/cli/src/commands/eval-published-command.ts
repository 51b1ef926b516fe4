import { publishedScores } from "@megapairs/eval";
import type { PublishedScore } from "@megapairs/eval";
import { MegaPairsError } from "@megapairs/spec";
import { Command } from "commander";

interface PublishedFlags {
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** `megapairs eval published`: what papers report, each number with where it stands. */
export function evalPublishedCommand(): Command {
  return new Command("published")
    .description("print published scores with their sources")
    .argument("[benchmark]", "circo, cirr, fashioniq, genecis or mmeb; all if left out")
    .option("--all", "ablations too")
    .option("--json", "a JSON list")
    .action((benchmark: string | undefined, { all = false, json = false }: PublishedFlags) => {
      const names = [...new Set(publishedScores.map((one) => one.benchmark))];
      if (benchmark !== undefined && !names.includes(benchmark)) {
        throw new MegaPairsError(
          "invalid-argument",
          `There is nothing published on ${benchmark} here; expected ${names.join(", ")}.`,
        );
      }
      const wanted = publishedScores.filter(
        (one) =>
          (benchmark === undefined || one.benchmark === benchmark) &&
          (all || one.isAblation !== true),
      );
      process.stdout.write(json ? `${JSON.stringify(wanted)}\n` : `${format(wanted)}\n`);
    });
}

function format(scores: readonly PublishedScore[]): string {
  const widest = Math.max(0, ...scores.map(({ model }) => model.length));
  return scores
    .map(({ model, benchmark, split = "", metric, percent, setting, source }) => {
      const where = `${benchmark} ${split}`.trim();
      const note = setting === undefined ? "" : ` [${setting}]`;
      return `${model.padEnd(widest)}  ${where.padEnd(14)}  ${metric.padEnd(16)}${percent.toFixed(1).padStart(6)}  ${source}${note}`;
    })
    .join("\n");
}
