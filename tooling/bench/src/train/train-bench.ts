import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Bench, BenchReport } from "../frame/bench.ts";
import { runJsonProcess } from "../frame/run-json-process.ts";
import { takeTurns } from "../frame/take-turns.ts";
import { readWholeNumbers } from "../frame/whole-numbers.ts";
import { countTrainingFlops } from "./count-training-flops.ts";
import { reportTrainers } from "./report-trainers.ts";
import { trainFiles } from "./train-files.ts";
import { TRAINERS } from "./train-work.ts";
import type { TrainerName, TrainMeasurement, TrainWork } from "./train-work.ts";

const help = `Usage: pnpm -s bench train [options]

  --batch N    pictures and texts of a step (default 32)
  --steps N    timed in a round, after one that is not (default 3)
  --rounds N   of each contender, in turns (default 3)
  --threads N  of every contender (default: all cores this process may use)
  --chunk N    ours by GradCache, so many rows at once (default 0: the whole batch)
  --json       the last line is one JSON object

torch runs in the Python that MEGAPAIRS_PYTHON names, else python3.`;

const options = {
  batch: { default: 32, least: 2 },
  steps: { default: 3 },
  rounds: { default: 3 },
  threads: { default: availableParallelism() },
  chunk: { default: 0, least: 0 },
} as const;

const OURS = fileURLToPath(new URL("./trainer-main.ts", import.meta.url));
const TORCH = fileURLToPath(new URL("./torch-train.py", import.meta.url));

/** Seconds of a training step of CLIP ViT-B/32 with its text tower, all weights trained. */
export const trainBench: Bench = { help, run };

async function run(args: readonly string[], log: (line: string) => void): Promise<BenchReport> {
  const { rounds, ...settings } = readWholeNumbers(args, options);
  const work: TrainWork = { ...settings, ...(await trainFiles(settings.batch)) };
  const { passes: measured, absent } = await takeTurns({
    contenders: TRAINERS,
    peers: ["torch"],
    rounds,
    measure: (name) => measure(name, work),
    describe: ({ stepSeconds }) => `${stepSeconds.map((each) => each.toFixed(2)).join(" ")} s`,
    log,
  });
  return reportTrainers({ work, rounds, measured, absent, gflop: countTrainingFlops(work) });
}

async function measure(name: TrainerName, work: TrainWork): Promise<TrainMeasurement> {
  const program = name === "torch" ? TORCH : OURS;
  const { threads } = work;
  return (await runJsonProcess({ program, request: { name, work }, threads })) as TrainMeasurement;
}
