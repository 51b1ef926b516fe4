import { resolve } from "node:path";
import { abortOnSignals, formatCount } from "@megapairs/run";
import { listCheckpoints } from "@megapairs/train";
import { Command, Option } from "commander";
import { loadTrainConfig } from "../config/load-train-config.ts";
import type { TrainFlags } from "../config/load-train-config.ts";
import { isDivergence } from "../exit-code.ts";
import { dryRun, formatDryRun } from "../train/dry-run.ts";
import { exportTraining } from "../train/export-training.ts";
import { runTraining } from "../train/run-training.ts";
import type { TrainingResult } from "../train/run-training.ts";
import { trainingPaths } from "../train/training-paths.ts";
import { commaSeparated, positiveInteger, positiveNumber, wholeNumber } from "./option-values.ts";

interface TrainCommandFlags extends TrainFlags {
  readonly dryRun?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly json?: boolean | undefined;
}

interface ExportFlags {
  readonly checkpoint?: string | undefined;
  readonly average?: boolean | undefined;
  readonly last?: boolean | undefined;
  readonly half?: boolean | undefined;
  readonly to?: string | undefined;
  readonly json?: boolean | undefined;
}

/** `megapairs train`: a retriever out of triplets or captions. */
export function trainCommand(): Command {
  return new Command("train")
    .description("train a retriever on triplets or captions; goes on where it stopped")
    .argument("[config]", "settings, as YAML or JSON; without, those of the run in --out")
    .option("-o, --out <directory>", "folder of the run; runs/CONFIG if nothing says")
    .option("--model <folder>", "begin with this model, that of a training run, or scenes/clip")
    .option("--triplets <path>", "megapairs.jsonl, a folder that holds it, or a run directory")
    .option("--captions <file>", "JSON Lines of captioned images, scenes:COUNT or objects:COUNT")
    .option("--images <folder>", "where the images are, as files or in tars")
    .option(
      "--relations <names>",
      "only triplets that one of these similarity models found, such as D,I",
      commaSeparated,
    )
    .option("--steps <n>", "steps of the run", positiveInteger)
    .option("--batch <n>", "queries in a batch", positiveInteger)
    .option("--chunk <n>", "rows that go through a tower at once", positiveInteger)
    .option("--learning-rate <x>", "the highest one", positiveNumber)
    .option("--seed <n>", "decides everything that is drawn", wholeNumber)
    .addOption(
      new Option("--device <name>", "where the towers run").choices([
        "auto",
        "cpu",
        "cuda",
        "webgpu",
      ]),
    )
    .option("--threads <n>", "threads of one operator", positiveInteger)
    .option("--dry-run", "print parameters, work, memory and time, and train nothing")
    .option("--force", "train although the estimate exceeds the free memory")
    .option("--json", "progress as JSON lines on stderr, the result as JSON on stdout")
    .enablePositionalOptions()
    .addCommand(exportCommand())
    .addHelpText(
      "after",
      `
Writes checkpoints/, metrics.jsonl, rejects.jsonl, loss.svg and at the end model/: config.json,
model.safetensors, tokenizer and preprocessing for transformers, onnx/ for megapairs embed.

Examples:
  megapairs train apps/cli/configs/scenes-captions.yaml --out runs/captions
  megapairs train apps/cli/configs/scenes-composed.yaml --model runs/captions --triplets runs/demo
  megapairs train mmret-base.yaml --dry-run
  megapairs train --out runs/captions
  megapairs train export runs/captions --checkpoint step-00000400 --to ./retriever`,
    )
    .action(async (config: string | undefined, flags: TrainCommandFlags) => {
      await trainAction(config, flags);
    });
}

async function trainAction(file: string | undefined, flags: TrainCommandFlags): Promise<void> {
  const { dryRun: isDry = false, force = false, json = false, ...others } = flags;
  const config = await loadTrainConfig(file, others);
  const abort = abortOnSignals(["SIGINT", "SIGTERM"], {
    onInterrupt: () =>
      process.stderr.write("\nEnding the step in work; Ctrl-C again ends at once.\n"),
  });
  const { signal } = abort;
  try {
    if (isDry) {
      const run = await dryRun(config, signal);
      process.stdout.write(json ? `${JSON.stringify(run)}\n` : `${formatDryRun(run)}\n`);
      return;
    }
    const result = await runTraining({ config, force, json, signal });
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result));
  } catch (error) {
    if (signal.aborted) {
      process.stderr.write(`Interrupted. To go on: megapairs train --out ${config.out}\n`);
    } else if (isDivergence(error)) {
      process.stderr.write(await explainDivergence(config.out));
    }
    throw error;
  } finally {
    abort.dispose();
  }
}

function exportCommand(): Command {
  return new Command("export")
    .description("export the model of any checkpoint of a training run, at any time")
    .argument("<run>", "folder of the training run")
    .option("--checkpoint <name>", "step-00000400; the newest if left out")
    .option("--average", "the average of the weights, where one is kept")
    .option("--last", "the weights of the last step, although an average is kept")
    .option("--half", "weights as 16-bit floats, in half the bytes")
    .option(
      "--to <directory>",
      "where the model goes, replaced whole; model/ in the run if left out",
    )
    .option("--json", "the result as one JSON object")
    .action(async (run: string, flags: ExportFlags) => {
      const { checkpoint, average, last, half, to, json } = flags;
      const exported = await exportTraining({
        out: resolve(run),
        checkpoint,
        which: average === true ? "average" : last === true ? "last" : undefined,
        dataType: half === true ? "F16" : "F32",
        folder: to === undefined ? undefined : resolve(to),
      });
      process.stdout.write(
        json === true
          ? `${JSON.stringify(exported)}\n`
          : `${exported.model}\n  ${exported.weights === "average" ? "average of the weights" : "weights"} after step ${exported.step}\n`,
      );
    });
}

function describe(result: TrainingResult): string {
  const { steps, resumed, rejects, metrics, model, plot, weights, step } = result;
  const trained =
    metrics === null
      ? `all ${formatCount(steps)} steps were done before`
      : `${formatCount(steps)} steps${resumed > 0 ? `, ${formatCount(resumed)} of them before` : ""}: loss ${metrics.loss.toFixed(4)}, accuracy ${(100 * metrics.accuracy).toFixed(1)} %`;
  const kind = weights === "average" ? "average of the weights" : "weights";
  const rows = [
    ["trained", trained],
    ...(rejects > 0 ? [["rejected", `${formatCount(rejects)}, listed in rejects.jsonl`]] : []),
    ["model", `${model}   ${kind} after step ${formatCount(step)}`],
    ["plot", plot],
  ];
  return `\n${rows.map(([name = "", text = ""]) => `${name.padEnd(11)}${text}`).join("\n")}\n`;
}

async function explainDivergence(out: string): Promise<string> {
  const [newest] = await listCheckpoints(trainingPaths(out).checkpoints);
  const kept =
    newest === undefined
      ? "No checkpoint was written before."
      : `The last checkpoint, ${newest}, is from before and whole: megapairs train export ${out}`;
  return `${kept}\nA lower learningRate or a longer warmup keeps a loss finite: train with them in another --out.\n`;
}
