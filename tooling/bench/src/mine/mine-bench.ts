import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { MegaPairsError } from "@megapairs/spec";
import type { Bench, BenchReport } from "../frame/bench.ts";
import { clusteredVectors } from "./clustered-vectors.ts";
import { MINERS } from "./mine-work.ts";
import type { MineMeasurement, MinerName, MineWork } from "./mine-work.ts";
import { reportMiners } from "./report-miners.ts";
import { runMiner } from "./run-miner.ts";

const help = `Usage: pnpm -s bench mine [options]

  --rows N        vectors (default 10000)
  --dimensions N  of a vector (default 512)
  --k N           most neighbours of a vector (default 100)
  --threads N     of every contender (default: all cores this process may use)
  --rounds N      passes of each contender but the plain one, which has one (default 3)
  --json          the last line is one JSON object

faiss runs in the Python that MEGAPAIRS_PYTHON names, else python3.`;

const options = {
  rows: { type: "string", default: "10000" },
  dimensions: { type: "string", default: "512" },
  k: { type: "string", default: "100" },
  threads: { type: "string", default: String(availableParallelism()) },
  rounds: { type: "string", default: "3" },
} as const;

const BAND = { lower: 0.6, upper: 0.96 };

/** Seconds for the exact self-join of clustered vectors within a band. */
export const mineBench: Bench = { help, run };

async function run(args: readonly string[], log: (line: string) => void): Promise<BenchReport> {
  const { rounds, ...settings } = readNumbers(args);
  const vectors = await clusteredVectors(settings.rows, settings.dimensions);
  const work: MineWork = { ...settings, ...BAND, vectors };
  const measured = new Map<MinerName, MineMeasurement[]>();
  const found = new Map<MinerName, Int32Array>();
  const absent: Record<string, string> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < MINERS.length; place += 1) {
      const name = MINERS[(round + place) % MINERS.length]!;
      if (absent[name] !== undefined || (name === "plain" && found.has(name))) continue;
      try {
        const pass = await runMiner(name, work);
        measured.set(name, [...(measured.get(name) ?? []), pass.measurement]);
        found.set(name, pass.found);
        log(`round ${round + 1} of ${rounds}: ${name} ${pass.measurement.seconds.toFixed(2)} s`);
      } catch (error) {
        if (name !== "faiss") throw error;
        absent[name] = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return reportMiners({ work, rounds, measured, found, absent });
}

function readNumbers(args: readonly string[]): Record<keyof typeof options, number> {
  const { rows, dimensions, k, threads, rounds } = readOptions(args);
  return {
    rows: positive("rows", rows),
    dimensions: positive("dimensions", dimensions),
    k: positive("k", k),
    threads: positive("threads", threads),
    rounds: positive("rounds", rounds),
  };
}

function readOptions(args: readonly string[]): Record<keyof typeof options, string> {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new MegaPairsError(
      "invalid-argument",
      error instanceof Error ? error.message : String(error),
    );
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new MegaPairsError(
    "invalid-argument",
    `found --${name} ${text}, expected a whole number above 0`,
  );
}
