import { resolve } from "node:path";
import { abortOnSignals, formatCount } from "@megapairs/run";
import { Command, Option } from "commander";
import { chooseCorpus } from "../choose/choose-corpus.ts";
import { chooseEncoder } from "../choose/choose-encoder.ts";
import { embedCorpus } from "../embed-corpus.ts";
import { positiveInteger } from "./option-values.ts";

interface EmbedFlags {
  readonly model: string;
  readonly images: string;
  readonly out: string;
  readonly ids: string;
  readonly rejects?: string | undefined;
  readonly input?: "image" | "caption" | undefined;
  readonly variant?: string | undefined;
  readonly device?: "auto" | "cpu" | "cuda" | "webgpu" | undefined;
  readonly threads?: number | undefined;
  readonly output?: string | undefined;
  readonly json?: boolean | undefined;
}

const REJECTS_SHOWN = 20;
const MAX_BYTES = 64 * 1024 * 1024;

/** `megapairs embed`: vectors and nothing but vectors. */
export function embedCommand(): Command {
  return new Command("embed")
    .description("write the vectors of a folder of images as .npy, without a run directory")
    .requiredOption(
      "-m, --model <model>",
      "ONNX folder, hub id, JSON of one ONNX file, or scenes/colour|pattern|caption|clip|views",
    )
    .requiredOption(
      "-i, --images <location>",
      "a folder, a .jsonl, a .tar, a folder of tars, scenes:COUNT or objects:COUNT",
    )
    .requiredOption("-o, --out <file>", "float32 .npy, one row for each image")
    .requiredOption("--ids <file>", "text, one path for each row")
    .option("--rejects <file>", "JSON lines of what could not be embedded, with reasons")
    .addOption(
      new Option(
        "--input <kind>",
        "what is embedded; the image if left out, where the model takes images",
      ).choices(["image", "caption"]),
    )
    .option("--variant <name>", "weights to load: fp32, fp16, quantized, …")
    .addOption(
      new Option("--device <name>", "where the model runs").choices([
        "auto",
        "cpu",
        "cuda",
        "webgpu",
      ]),
    )
    .option("--threads <n>", "threads of the model", positiveInteger)
    .option("--output <name>", "output of the graph to take, for a single ONNX file")
    .option("--json", "progress as JSON lines on stderr, the result as JSON on stdout")
    .addHelpText(
      "after",
      `
Rows are in corpus order; an image that cannot be embedded has none. For collections so large that
you want to stop and go on, use "megapairs run --until embed", which resumes.

Example:
  megapairs embed --model ./clip-vit-base-patch32 --images ./photos --out vectors.npy --ids ids.txt`,
    )
    .action(async (flags: EmbedFlags) => {
      const { model, variant, device, threads, output, json = false } = flags;
      const settings = { variant, device, threads, output };
      const given = Object.entries(settings).filter(([, value]) => value !== undefined);
      const encoder = await chooseEncoder(
        { model, ...Object.fromEntries(given) },
        flags.input === "caption" ? "text" : "image",
      );
      const abort = abortOnSignals();
      try {
        const result = await embedCorpus({
          corpus: await chooseCorpus(flags.images, { seed: 0, maxBytes: MAX_BYTES }),
          encoder,
          input: flags.input ?? (encoder.supports.inputs.includes("image") ? "image" : "caption"),
          vectorsFile: resolve(flags.out),
          idsFile: resolve(flags.ids),
          rejectsFile: flags.rejects === undefined ? undefined : resolve(flags.rejects),
          json,
          signal: abort.signal,
        });
        if (json) {
          process.stdout.write(`${JSON.stringify(result)}\n`);
          return;
        }
        const { rows, dimensions, rejects, imagesPerSecond } = result;
        for (const { item, code, reason } of rejects.slice(0, REJECTS_SHOWN)) {
          process.stderr.write(`  ${code.padEnd(16)} ${item}: ${reason}\n`);
        }
        if (rejects.length > REJECTS_SHOWN) {
          process.stderr.write(`  … and ${rejects.length - REJECTS_SHOWN} more\n`);
        }
        process.stdout.write(
          `${formatCount(rows)} × ${dimensions} vectors by ${encoder.modelId}, ${formatCount(rejects.length)} rejected, ${imagesPerSecond.toFixed(1)} images/s\n` +
            `${resolve(flags.out)}\n${resolve(flags.ids)}\n`,
        );
      } finally {
        abort.dispose();
        await encoder.dispose?.();
      }
    });
}
