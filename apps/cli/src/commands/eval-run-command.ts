import { join, resolve } from "node:path";
import type { BenchmarkName, Composition } from "@megapairs/eval";
import { abortOnSignals } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import { Argument, Command, Option } from "commander";
import { benchmarkSplits, chooseBenchmark } from "../choose/choose-benchmark.ts";
import { chooseEncoder } from "../choose/choose-encoder.ts";
import { runEvaluation } from "../evaluate/run-evaluation.ts";
import type { RunEvaluationResult } from "../evaluate/run-evaluation.ts";
import { formatReport } from "../format-scores.ts";
import { addBenchmarkOptions, benchmarkOptionsOf } from "./benchmark-options.ts";
import type { BenchmarkFlags } from "./benchmark-options.ts";
import { positiveInteger, wholeNumber } from "./option-values.ts";

interface RunFlags extends BenchmarkFlags {
  readonly model: string;
  readonly annotations?: string | undefined;
  readonly images?: string | undefined;
  readonly out: string;
  readonly cache?: string | undefined;
  readonly compose: Composition;
  readonly partial?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly shortcuts: boolean;
  readonly weights?: string | undefined;
  readonly device?: "auto" | "cpu" | "cuda" | "webgpu" | undefined;
  readonly threads?: number | undefined;
  readonly seed: number;
  readonly json?: boolean | undefined;
}

/** `megapairs eval run`: a model over a benchmark, from pictures to a report. */
export function evalRunCommand(): Command {
  const command = new Command("run")
    .description(
      "run a model over a benchmark: encode, rank, score, report; goes on where it stopped",
    )
    .addArgument(new Argument("<benchmark>", "which one").choices(Object.keys(benchmarkSplits)))
    .requiredOption(
      "-m, --model <model>",
      "ONNX folder, hub id, JSON of one ONNX file, or scenes/colour|pattern|caption|clip|views",
    )
    .option(
      "-a, --annotations <path>",
      "folder of the official files; of triplets the .jsonl file; of a labelled folder left out",
    )
    .option("-i, --images <folder>", "the pictures; the folder of the annotations if left out")
    .requiredOption("-o, --out <folder>", "where results go")
    .option("--cache <folder>", "where vectors are kept, for several runs; OUT/vectors if left out")
    .addOption(
      new Option(
        "--compose <how>",
        "what a model is given for picture and text: both as one input; each apart, added; or one alone",
      )
        .choices(["composed", "sum", "image", "text"])
        .default("composed"),
    )
    .option("--no-shortcuts", "do not also ask by picture alone and by text alone")
    .option("--partial", "go on without missing or broken pictures, under another name")
    .option("--limit <n>", "only the first queries, under another name", positiveInteger)
    .option("--weights <name>", "weights to load: fp32, fp16, quantized, …")
    .addOption(
      new Option("--device <name>", "where the model runs").choices([
        "auto",
        "cpu",
        "cuda",
        "webgpu",
      ]),
    )
    .option("--threads <n>", "threads of model and ranking", positiveInteger)
    .option("--seed <n>", "decides the bootstrap of the intervals", wholeNumber, 0)
    .option("--json", "progress as JSON lines on stderr, the result as JSON on stdout");
  return addBenchmarkOptions(command)
    .addHelpText(
      "after",
      `
OUT gets results.json, predictions.json (for "eval score"), report.md and report.html; of a split
without targets the files for its server. Vectors are kept by model: the same command goes on
after Ctrl-C, and another benchmark over the same pictures (--cache) starts from them.

Triplets are JSON Lines: {"q_img": "a.jpg", "q_text": "the same in red", "targets": ["b.jpg"]}, or the
released MegaPairs records; {"gallery": ["a.jpg", …]} lines say what is ranked.

Examples:
  megapairs eval run circo --model ./clip --annotations ./CIRCO --images ./CIRCO --out runs/circo
  megapairs eval run triplets --model ./mine --annotations test.jsonl --images ./photos --out runs/own
  megapairs eval run folder --model squeezenet.json --images ./photos --out runs/categories`,
    )
    .action(async (name: BenchmarkName, flags: RunFlags) => {
      const { out, seed, limit, threads, json = false, partial = false } = flags;
      const annotations = flags.annotations ?? (name === "folder" ? flags.images : undefined);
      if (annotations === undefined) {
        throw new MegaPairsError(
          "invalid-argument",
          `Give --annotations for ${name}${name === "folder" ? ", or --images FOLDER" : ""}.`,
        );
      }
      const images = resolve(
        flags.images ?? (name === "triplets" ? join(annotations, "..") : annotations),
      );
      const benchmark = await chooseBenchmark({
        ...benchmarkOptionsOf(flags),
        name,
        directory: resolve(annotations),
        images,
      });
      const given = Object.entries({ variant: flags.weights, device: flags.device, threads });
      const encoder = await chooseEncoder(
        {
          model: flags.model,
          ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
        },
        "both",
      );
      const abort = abortOnSignals();
      try {
        const result = await runEvaluation({
          benchmark,
          encoder,
          images,
          out: resolve(out),
          cache: resolve(flags.cache ?? join(out, "vectors")),
          composition: flags.compose,
          shortcuts: flags.shortcuts,
          partial,
          limit,
          threads,
          seed,
          json,
          signal: abort.signal,
        });
        process.stdout.write(json ? `${JSON.stringify(describe(result))}\n` : format(result));
      } catch (error) {
        if (abort.signal.aborted) {
          process.stderr.write("Interrupted. The same command goes on; vectors are kept.\n");
        }
        throw error;
      } finally {
        abort.dispose();
        await encoder.dispose?.();
      }
    });
}

function describe({ report, title, warnings, files }: RunEvaluationResult): object {
  if (report === undefined) return { title, warnings, files };
  const { queries: _, ...summary } = report;
  return { ...summary, files };
}

function format({ report, title, warnings, files }: RunEvaluationResult): string {
  const words = report === undefined ? [title, ...warnings].join("\n") : formatReport(report);
  const paths = Object.entries(files).map(([name, path]) => `${name.padEnd(12)}${path}`);
  return `${words}\n\n${paths.join("\n")}\n`;
}
