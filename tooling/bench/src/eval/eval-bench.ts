import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { MegaPairsError } from "@megapairs/spec";
import type { Bench, BenchReport } from "../frame/bench.ts";
import { clusteredVectors } from "../mine/clustered-vectors.ts";
import { RANKERS } from "./rank-work.ts";
import type { RankerName, RankMeasurement, RankWork } from "./rank-work.ts";
import { reportRankers } from "./report-rankers.ts";
import { runRanker } from "./run-ranker.ts";

const help = `Usage: pnpm -s bench eval [options]

  --queries N     (default 1020, CIRCO's val and test together)
  --rows N        candidates (default 123403, CIRCO's gallery)
  --dimensions N  of a vector (default 768)
  --k N           candidates of a ranking (default 50)
  --threads N     of every contender (default: all cores this process may use)
  --rounds N      passes of each contender (default 3)
  --json          the last line is one JSON object

faiss runs in the Python that MEGAPAIRS_PYTHON names, else python3.`;

const options = {
  queries: { type: "string", default: "1020" },
  rows: { type: "string", default: "123403" },
  dimensions: { type: "string", default: "768" },
  k: { type: "string", default: "50" },
  threads: { type: "string", default: String(availableParallelism()) },
  rounds: { type: "string", default: "3" },
} as const;

/** Seconds to rank a gallery of CIRCO's size. */
export const evalBench: Bench = { help, run };

async function run(args: readonly string[], log: (line: string) => void): Promise<BenchReport> {
  const { rounds, ...settings } = readNumbers(args);
  if (settings.k > settings.rows || settings.queries > settings.rows) {
    throw new MegaPairsError("invalid-argument", "--k and --queries must be within --rows");
  }
  log(`vectors: ${settings.rows} x ${settings.dimensions} …`);
  const vectors = await clusteredVectors(settings.rows, settings.dimensions);
  const work: RankWork = { ...settings, vectors };
  const measured = new Map<RankerName, RankMeasurement[]>();
  const found = new Map<RankerName, Int32Array>();
  const absent: Record<string, string> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < RANKERS.length; place += 1) {
      const name = RANKERS[(round + place) % RANKERS.length]!;
      if (absent[name] !== undefined) continue;
      try {
        const pass = await runRanker(name, work);
        measured.set(name, [...(measured.get(name) ?? []), pass.measurement]);
        found.set(name, pass.found);
        log(`round ${round + 1} of ${rounds}: ${name} ${pass.measurement.seconds.toFixed(2)} s`);
      } catch (error) {
        if (name !== "faiss") throw error;
        absent[name] = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return reportRankers({ work, rounds, measured, found, absent });
}

function readNumbers(args: readonly string[]): Record<keyof typeof options, number> {
  const { queries, rows, dimensions, k, threads, rounds } = readOptions(args);
  return {
    queries: positive("queries", queries),
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
