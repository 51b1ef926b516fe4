import { resolve } from "node:path";
import { abortOnSignals, readManifest } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import { Command, Option } from "commander";
import demo from "../config/demo-config.json" with { type: "json" };
import { parseConfig, readConfigFile, settingsOf } from "../config/load-config.ts";
import { overrideConfig } from "../config/override-config.ts";
import type { ConfigFlags } from "../config/override-config.ts";
import type { RunConfig } from "../config/run-config.ts";
import { runPipeline } from "../pipeline.ts";
import type { PipelineResult } from "../pipeline.ts";
import { reportRun } from "../report-run.ts";
import { stageGroupNames } from "../stage-groups.ts";
import type { StageGroup } from "../stage-groups.ts";
import {
  collect,
  nonNegativeNumber,
  positiveInteger,
  rankRange,
  share,
  wholeNumber,
} from "./option-values.ts";

/** The flags of every command that runs stages. */
export interface PipelineFlags extends ConfigFlags {
  readonly config?: string | undefined;
  readonly demo?: boolean | undefined;
  readonly until?: StageGroup | undefined;
  readonly redo?: StageGroup | undefined;
  readonly json?: boolean | undefined;
}

/** Adds the flags that stand for settings. */
export function addConfigOptions(command: Command): Command {
  return command
    .option("-c, --config <file>", "settings, as YAML or JSON")
    .option(
      "-i, --images <location>",
      "a folder, a .jsonl, a .tar, a folder of tars, scenes:COUNT or objects:COUNT",
    )
    .option(
      "-e, --encoder <[relation=]model>",
      "ONNX folder, hub id, JSON of one ONNX file, or scenes/colour|pattern|caption|clip|views; repeat for several relations",
      collect,
    )
    .option(
      "-b, --band <[relation=]lower,upper>",
      "cosines of a neighbour, strictly inside",
      collect,
    )
    .option("--neighbours <n>", "most neighbours of an image in a relation", positiveInteger)
    .option(
      "--recall <share>",
      "share of the neighbours to find, measured on a sample; 1 scores every pair",
      share,
    )
    .option("--targets <n>", "most targets of a query image", positiveInteger)
    .option(
      "--hard-negatives <n>",
      "mined negatives of a pair, beside the query image",
      positiveInteger,
    )
    .addOption(
      new Option("--negatives <order>", "how they are taken: random or nearest").choices([
        "random",
        "nearest",
      ]),
    )
    .option(
      "--negative-margin <cosine>",
      "how much lower than the target they score, in all relations that found both",
      nonNegativeNumber,
    )
    .option("--negative-ranks <first,last>", "ranks that they have, such as 10,50", rankRange)
    .option(
      "--queries-per-target <n>",
      "most pairs that one image is the target of",
      positiveInteger,
    )
    .addOption(
      new Option(
        "--duplicates <which>",
        "of near duplicates mine all images, or one of each group",
      ).choices(["keep", "representatives"]),
    )
    .option(
      "--guard <[relation=]path>",
      "an evaluation set that pairs must not touch: pictures, or RELATION=FILE.npy; repeat for several",
      collect,
    )
    .option("--vlm-url <url>", "OpenAI-compatible endpoint, such as http://127.0.0.1:8000/v1")
    .option("--vlm-model <name>", "model that describes the pairs")
    .option(
      "--llm-url <url>",
      "endpoint that writes instructions; the same as --vlm-url if left out",
    )
    .option(
      "--llm-model <name>",
      "model that writes instructions; the same as --vlm-model if left out",
    )
    .addOption(
      new Option("--vlm-profile <name>", "what the server understands").choices([
        "vllm",
        "sglang",
        "openai",
        "generic",
      ]),
    )
    .option("--api-key-env <name>", "environment variable that holds the key")
    .option("--concurrency <n>", "requests in flight", positiveInteger)
    .option("--seed <n>", "decides everything that is drawn", wholeNumber)
    .option("--shard-size <n>", "items that are committed together", positiveInteger)
    .addOption(
      new Option("--redo <stage>", "discard this stage and what follows, then go on").choices(
        stageGroupNames,
      ),
    )
    .option("--json", "progress as JSON lines on stderr, the result as JSON on stdout");
}

/** Runs the pipeline in `directory` up to `until`, with settings from flags, file, run or defaults. */
export async function pipelineAction(
  directory: string,
  until: StageGroup,
  flags: PipelineFlags,
): Promise<void> {
  const { json = false, redo } = flags;
  const config = await resolveConfig(directory, flags);
  const abort = abortOnSignals(["SIGINT", "SIGTERM"], {
    onInterrupt: () =>
      process.stderr.write("\nFinishing what is in work; Ctrl-C again ends at once.\n"),
  });
  try {
    const result = await runPipeline({
      config,
      directory,
      until,
      redo,
      json,
      signal: abort.signal,
    });
    await reportRun(directory, result, json);
    assertTriplets(result);
  } catch (error) {
    if (abort.signal.aborted) {
      process.stderr.write(`Interrupted. To go on: megapairs run --out ${directory}\n`);
    }
    throw error;
  } finally {
    abort.dispose();
  }
}

/** A dataset of nothing is a failure, however well the run ended. */
function assertTriplets({ exported, stages }: PipelineResult): void {
  if (exported === undefined || exported.triplets > 0) return;
  const pairs = stages.find(({ name }) => name === "pairs")?.rows["pairs"] ?? 0;
  throw new MegaPairsError(
    "invalid-output",
    `The dataset is empty: none of ${pairs} pairs was annotated. "megapairs inspect RUN --rejects" lists why; change the backend and run again with --redo annotate.`,
  );
}

async function resolveConfig(directory: string, flags: PipelineFlags): Promise<RunConfig> {
  const base = await baseSettings(directory, flags);
  const merged = overrideConfig(base.settings, flags);
  if (merged["corpus"] === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      "No images: give --images FOLDER, --config FILE, or --demo.",
    );
  }
  return parseConfig(merged, base.source);
}

/** Where settings come from when no flag says otherwise; the relations of the demo are the defaults. */
async function baseSettings(
  directory: string,
  { config, demo: isDemo }: PipelineFlags,
): Promise<{ readonly source: string; readonly settings: Record<string, unknown> }> {
  const defaults = { relations: demo.relations };
  if (config !== undefined) {
    return { source: config, settings: { ...defaults, ...(await readConfigFile(config)) } };
  }
  if (isDemo === true) return { source: "the demo", settings: demo };
  const run = await readManifest(directory);
  if (run === undefined) return { source: "flags", settings: defaults };
  return { source: directory, settings: settingsOf(run.settings) };
}

/** `megapairs run`: everything, from images to a dataset. */
export function runCommand(): Command {
  const command = new Command("run")
    .description(
      "from images to a dataset: embed, mine, annotate, export; goes on where it stopped",
    )
    .argument("[config]", "settings, as YAML or JSON (the same as --config)")
    .option("-o, --out <directory>", "run directory", "runs/default")
    .option("--demo", "the embedded world of rendered scenes")
    .addOption(
      new Option("--until <stage>", "stop after this stage")
        .choices(stageGroupNames)
        .default("export"),
    );
  return addConfigOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  megapairs run --demo --out runs/demo
  megapairs run --images ./photos --encoder I=./clip --encoder D=./dinov2 --band D=0.6,0.9 --out runs/photos
  megapairs run photos.yaml --vlm-url http://127.0.0.1:8000/v1 --vlm-model Qwen/Qwen2.5-VL-7B-Instruct`,
    )
    .action(async (config: string | undefined, flags: PipelineFlags & { readonly out: string }) => {
      const settings = { ...flags, config: flags.config ?? config };
      await pipelineAction(resolve(flags.out), flags.until ?? "export", settings);
    });
}

/** `megapairs annotate`: a run up to its instructions. */
export function annotateCommand(): Command {
  const command = new Command("annotate")
    .description("describe the pairs of a run and write instructions")
    .argument("<run>", "run directory");
  return addConfigOptions(command).action((directory: string, flags: PipelineFlags) =>
    pipelineAction(resolve(directory), "annotate", flags),
  );
}
