import { MegaPairsError } from "@megapairs/spec";
import type { Command } from "commander";
import { Option } from "commander";
import { benchmarkVariants } from "../choose/choose-benchmark.ts";
import type { ChooseBenchmarkOptions } from "../choose/choose-benchmark.ts";
import { collect } from "./option-values.ts";

/** The flags that say which queries and candidates a benchmark has. */
export interface BenchmarkFlags extends Pick<
  ChooseBenchmarkOptions,
  "split" | "variant" | "dataSet" | "imageToken" | "texts" | "labelField"
> {
  readonly where?: readonly string[] | undefined;
}

/** Adds them: the same ones give the same benchmark to `eval run` and to `eval score`. */
export function addBenchmarkOptions(command: Command): Command {
  return command
    .option("--split <name>", "part of the benchmark; val where it has one")
    .addOption(
      new Option("--variant <name>", "a protocol of other papers, named in the result").choices(
        benchmarkVariants,
      ),
    )
    .option(
      "--data-set <name>",
      "of MMEB; repeat for several; those that are there if left out",
      collect,
    )
    .option(
      "--image-token <text>",
      "of MMEB: what stands for <|image_1|> in texts; nothing by default",
    )
    .addOption(
      new Option("--texts <which>", "of triplets: which of several texts of a record").choices([
        "first",
        "all",
      ]),
    )
    .option("--label-field <name>", "of a folder: field of labels.jsonl that is the category")
    .option("--where <name=value>", "of a folder: only rows with this value; repeatable", collect);
}

/** What the flags say, without those of other things. */
export function benchmarkOptionsOf({
  split,
  variant,
  dataSet,
  imageToken,
  texts,
  labelField,
  where,
}: BenchmarkFlags): Omit<ChooseBenchmarkOptions, "name" | "directory"> {
  const rows = where && Object.fromEntries(where.map(splitPair));
  return { split, variant, dataSet, imageToken, texts, labelField, where: rows };
}

function splitPair(flag: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/su.exec(flag) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new MegaPairsError("invalid-argument", `--where is ${flag}; expected NAME=VALUE.`);
}
