import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { MegaPairsError } from "@megapairs/spec";
import type { Bench, BenchReport } from "../frame/bench.ts";
import { clusteredVectors } from "../frame/clustered-vectors.ts";
import { runFinder } from "../frame/run-finder.ts";
import { takeTurns } from "../frame/take-turns.ts";
import { readWholeNumbers } from "../frame/whole-numbers.ts";
import { RANKERS } from "./rank-work.ts";
import type { RankWork } from "./rank-work.ts";
import { reportRankers } from "./report-rankers.ts";

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
  queries: { default: 1020 },
  rows: { default: 123_403 },
  dimensions: { default: 768 },
  k: { default: 50 },
  threads: { default: availableParallelism() },
  rounds: { default: 3 },
} as const;

const OURS = fileURLToPath(new URL("./ranker-main.ts", import.meta.url));
const FAISS = fileURLToPath(new URL("./faiss-rank.py", import.meta.url));

/** Seconds to rank a gallery of CIRCO's size. */
export const evalBench: Bench = { help, run };

async function run(args: readonly string[], log: (line: string) => void): Promise<BenchReport> {
  const { rounds, ...settings } = readWholeNumbers(args, options);
  if (settings.k > settings.rows || settings.queries > settings.rows) {
    throw new MegaPairsError("invalid-argument", "--k and --queries must be within --rows");
  }
  log(`vectors: ${settings.rows} x ${settings.dimensions} …`);
  const vectors = await clusteredVectors(settings.rows, settings.dimensions);
  const work: RankWork = { ...settings, vectors };
  const { passes, absent } = await takeTurns({
    contenders: RANKERS,
    peers: ["faiss"],
    rounds,
    measure: (name) =>
      runFinder({ program: name === "faiss" ? FAISS : OURS, name, work, queries: work.queries }),
    describe: ({ measurement }) => `${measurement.seconds.toFixed(2)} s`,
    log,
  });
  return reportRankers({ work, rounds, passes, absent });
}
