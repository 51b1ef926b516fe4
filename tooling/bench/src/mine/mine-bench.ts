import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Bench, BenchReport } from "../frame/bench.ts";
import { clusteredVectors } from "../frame/clustered-vectors.ts";
import { runFinder } from "../frame/run-finder.ts";
import { takeTurns } from "../frame/take-turns.ts";
import { readWholeNumbers } from "../frame/whole-numbers.ts";
import { MINERS } from "./mine-work.ts";
import type { MineWork } from "./mine-work.ts";
import { reportMiners } from "./report-miners.ts";

const help = `Usage: pnpm -s bench mine [options]

  --rows N        vectors (default 10000)
  --dimensions N  of a vector (default 512)
  --k N           most neighbours of a vector (default 100)
  --threads N     of every contender (default: all cores this process may use)
  --rounds N      passes of each contender but the plain one, which has one (default 3)
  --json          the last line is one JSON object

faiss runs in the Python that MEGAPAIRS_PYTHON names, else python3.`;

const options = {
  rows: { default: 10_000 },
  dimensions: { default: 512 },
  k: { default: 100 },
  threads: { default: availableParallelism() },
  rounds: { default: 3 },
} as const;

const BAND = { lower: 0.6, upper: 0.96 };

const OURS = fileURLToPath(new URL("./miner-main.ts", import.meta.url));
const FAISS = fileURLToPath(new URL("./faiss-join.py", import.meta.url));

/** Seconds for the exact self-join of clustered vectors within a band. */
export const mineBench: Bench = { help, run };

async function run(args: readonly string[], log: (line: string) => void): Promise<BenchReport> {
  const { rounds, ...settings } = readWholeNumbers(args, options);
  const vectors = await clusteredVectors(settings.rows, settings.dimensions);
  const work: MineWork = { ...settings, ...BAND, vectors };
  const { passes, absent } = await takeTurns({
    contenders: MINERS,
    peer: "faiss",
    once: ["plain"],
    rounds,
    measure: (name) =>
      runFinder({ program: name === "faiss" ? FAISS : OURS, name, work, queries: work.rows }),
    describe: ({ measurement }) => `${measurement.seconds.toFixed(2)} s`,
    log,
  });
  return reportMiners({ work, rounds, passes, absent });
}
