import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { MegaPairsError } from "@megapairs/spec";
import type { Bench, BenchReport } from "../frame/bench.ts";
import { installPeers } from "../frame/install-peers.ts";
import { wholeNumber } from "../frame/whole-numbers.ts";
import { gigaflops } from "./define-vision-tower.ts";
import { listFiles, renderedFiles } from "./image-files.ts";
import { race } from "./race.ts";
import { reportRaces } from "./report-races.ts";
import type { Race } from "./report-races.ts";
import { visionModelFolder } from "./vision-model-folder.ts";
import towers from "./vision-towers.json" with { type: "json" };

const help = `Usage: pnpm -s bench embed [options]

Images a second from files to vectors, against the same model fed with ready tensors (the limit) and
against transformers.js.

  --threads N    threads of one operator (default: all cores)
  --size NAME    base (ViT-B/32), light (a seventh of it), or both (default)
  --model DIR    a model in the Hugging Face layout with onnx/vision_model.onnx, instead
  --images DIR   image files, instead of rendered ones
  --count N      how many images (default 256)
  --batch N      images in a batch (default 32)
  --rounds N     passes of each contender (default 3)
  --json         the last line is one JSON object`;

const options = {
  threads: { type: "string", default: String(availableParallelism()) },
  size: { type: "string", default: "both" },
  model: { type: "string" },
  images: { type: "string" },
  count: { type: "string", default: "256" },
  batch: { type: "string", default: "32" },
  rounds: { type: "string", default: "3" },
} as const;

/** Images a second from JPEG files to vectors. */
export const embedBench: Bench = { help, run };

async function run(args: readonly string[], log: (line: string) => void): Promise<BenchReport> {
  const given = readOptions(args);
  const threads = wholeNumber("threads", given.threads);
  const batchSize = wholeNumber("batch", given.batch);
  const rounds = wholeNumber("rounds", given.rounds);
  const count = wholeNumber("count", given.count);
  const models = modelsOf(given);

  const files =
    given.images === undefined
      ? await renderedFiles(count)
      : await listFiles(resolve(given.images), count);
  const absent: Record<string, string> = {};
  const peers = await installPeers(log).catch((error: unknown) => {
    const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    absent["transformers.js"] = `it could not be installed: ${line}`;
    return undefined;
  });

  const races: Race[] = [];
  for (const { title, suffix, folder } of models) {
    log(title);
    const model = await folder();
    const work = { model, files, batchSize, threads, peers };
    races.push({ title, suffix, result: await race(work, rounds, absent, log) });
  }
  const images = given.images ?? "rendered scenes of 512 x 384, JPEG of quality 90";
  return reportRaces(races, { threads, batchSize, rounds, count: files.length, images });
}

interface ModelChoice {
  readonly title: string;
  /** Of the names of its ratios. */
  readonly suffix: string;
  readonly folder: () => Promise<string>;
}

function modelsOf(given: { size: string; model?: string | undefined }): readonly ModelChoice[] {
  const { size, model } = given;
  if (model !== undefined) {
    const folder = resolve(model);
    return [{ title: basename(folder), suffix: "", folder: () => Promise.resolve(folder) }];
  }
  const chosen = Object.entries(towers).filter(([name]) => size === "both" || size === name);
  if (chosen.length === 0) {
    throw new MegaPairsError(
      "invalid-argument",
      `found --size ${size}, expected base, light or both`,
    );
  }
  return chosen.map(([name, tower]) => ({
    title: `${tower.title} (${gigaflops(tower).toFixed(1)} GFLOP an image)`,
    suffix: name === "base" ? "" : `@${name}`,
    folder: () => visionModelFolder(name, tower),
  }));
}

function readOptions(args: readonly string[]): ReturnType<typeof parse> {
  try {
    return parse(args);
  } catch (error) {
    throw new MegaPairsError(
      "invalid-argument",
      error instanceof Error ? error.message : String(error),
    );
  }
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- parseArgs infers it
function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options }).values;
}
