import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MegaPairsError } from "@megapairs/spec";
import type { Bench, BenchReport } from "../frame/bench.ts";
import { runJsonProcess } from "../frame/run-json-process.ts";
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
  batch: { type: "string", default: "32" },
  steps: { type: "string", default: "3" },
  rounds: { type: "string", default: "3" },
  threads: { type: "string", default: String(availableParallelism()) },
  chunk: { type: "string", default: "0" },
} as const;

/** Seconds of a training step of CLIP ViT-B/32 with its text tower, all weights trained. */
export const trainBench: Bench = { help, run };

async function run(args: readonly string[], log: (line: string) => void): Promise<BenchReport> {
  const { rounds, ...settings } = readNumbers(args);
  const work: TrainWork = { ...settings, ...(await trainFiles(settings.batch)) };
  const measured = new Map<TrainerName, TrainMeasurement[]>();
  const absent: Record<string, string> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < TRAINERS.length; place += 1) {
      const name = TRAINERS[(round + place) % TRAINERS.length]!;
      if (absent[name] !== undefined) continue;
      try {
        const pass = await measure(name, work);
        measured.set(name, [...(measured.get(name) ?? []), pass]);
        const seconds = pass.stepSeconds.map((each) => each.toFixed(2)).join(" ");
        log(`round ${round + 1} of ${rounds}: ${name} ${seconds} s`);
      } catch (error) {
        if (name !== "torch") throw error;
        absent[name] = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return reportTrainers({ work, rounds, measured, absent, gflop: countTrainingFlops(work) });
}

async function measure(name: TrainerName, work: TrainWork): Promise<TrainMeasurement> {
  const file = name === "torch" ? "./torch-train.py" : "./trainer-main.ts";
  const program = fileURLToPath(new URL(file, import.meta.url));
  const { threads } = work;
  return (await runJsonProcess({ program, request: { name, work }, threads })) as TrainMeasurement;
}

function readNumbers(args: readonly string[]): Record<keyof typeof options, number> {
  const texts = readOptions(args);
  const whole = (name: keyof typeof options, least: number): number => {
    const value = Number(texts[name]);
    if (Number.isInteger(value) && value >= least) return value;
    throw new MegaPairsError(
      "invalid-argument",
      `found --${name} ${texts[name]}, expected a whole number of at least ${least}`,
    );
  };
  return {
    batch: whole("batch", 2),
    steps: whole("steps", 1),
    rounds: whole("rounds", 1),
    threads: whole("threads", 1),
    chunk: whole("chunk", 0),
  };
}

function readOptions(args: readonly string[]): Record<keyof typeof options, string> {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("invalid-argument", problem);
  }
}
