import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench, BenchReport } from "../frame/bench.ts";
import { runFinder } from "../frame/run-finder.ts";
import { takeTurns } from "../frame/take-turns.ts";
import { readWholeNumbers } from "../frame/whole-numbers.ts";
import { GRAPHS, MINERS, OURS } from "./mine-work.ts";
import type { MineWork } from "./mine-work.ts";
import { mineWhole } from "./mine-whole.ts";
import { patchVectors } from "./patch-vectors.ts";
import { reportMiners } from "./report-miners.ts";

const help = `Usage: pnpm -s bench mine [options]

  --rows N          vectors (default 10000)
  --dimensions N    of a vector (default 768)
  --k N             most neighbours of a vector (default 100)
  --recall N        neighbours of a thousand that approximate joins are to find (default 990)
  --threads N       of every contender (default: all cores this process may use)
  --rounds N        passes of each contender (default 1)
  --exact-rows N    most rows that we join exactly too (default 200000)
  --graph-rows N    most rows that peers build graphs of: it takes them hours (default 300000)
  --relations N     mine the whole way with so many encoders instead, without peers (default 0)
  --peer-queries N  most rows that peers are asked about; their time is extrapolated (default 20000)
  --peer-seconds N  after which a peer is given up, its sweep included (default 900)
  --json            the last line is one JSON object

Peers run in the Python that MEGAPAIRS_PYTHON names, else python3: faiss-cpu, usearch, lancedb.`;

const options = {
  rows: { default: 10_000 },
  dimensions: { default: 768 },
  k: { default: 100 },
  recall: { default: 990 },
  threads: { default: availableParallelism() },
  rounds: { default: 1 },
  "exact-rows": { default: 200_000 },
  "graph-rows": { default: 300_000 },
  relations: { default: 0, least: 0 },
  "peer-queries": { default: 20_000 },
  "peer-seconds": { default: 900 },
} as const;

const BAND = { lower: 0.6, upper: 0.96 };
/** Rows whose lists are compared. */
const MOST_JUDGED = 1000;

const OUR_PROGRAM = fileURLToPath(new URL("./miner-main.ts", import.meta.url));
const PEER_PROGRAM = fileURLToPath(new URL("./peer-join.py", import.meta.url));

/** Time for the self-join of vectors within a band, beside peers of the same recall. */
export const mineBench: Bench = { help, run };

async function run(args: readonly string[], log: (line: string) => void): Promise<BenchReport> {
  const given = readWholeNumbers(args, options);
  const { rows, dimensions, k, threads, rounds } = given;
  if (given.relations > 0) {
    return mineWhole({ ...given, ...BAND, recall: given.recall / 1000 });
  }
  log("making the vectors, once …");
  const vectors = await patchVectors(rows, dimensions);
  const folder = await mkdtemp(join(tmpdir(), "megapairs-bench-"));
  try {
    const work: MineWork = {
      vectors,
      rows,
      dimensions,
      k,
      threads,
      ...BAND,
      recall: given.recall / 1000,
      judged: Math.min(rows, MOST_JUDGED),
      truth: join(folder, "truth.i32"),
      peerQueries: Math.min(rows, given["peer-queries"]),
    };
    const queries = work.judged;
    const truth = await runFinder({ program: OUR_PROGRAM, name: "truth", work, queries });
    await writeFile(work.truth, truth.found);
    const left: Record<string, string> = {};
    if (rows > given["exact-rows"]) left["exact"] = `more than ${given["exact-rows"]} rows`;
    if (rows > given["graph-rows"]) {
      for (const name of GRAPHS) left[name] = `more than ${given["graph-rows"]} rows`;
    }
    const { passes, absent } = await takeTurns({
      contenders: MINERS.filter((name) => left[name] === undefined),
      peers: MINERS.filter((name) => !OURS.includes(name)),
      rounds,
      measure: (name) =>
        OURS.includes(name)
          ? runFinder({ program: OUR_PROGRAM, name, work, queries })
          : runFinder({
              program: PEER_PROGRAM,
              name,
              work,
              queries,
              timeoutSeconds: given["peer-seconds"],
            }),
      describe: ({ measurement }) =>
        `${measurement.seconds.toFixed(1)} s, CPU ${measurement.cpuSeconds.toFixed(1)} s`,
      log,
    });
    return reportMiners({
      work,
      rounds,
      passes,
      absent: { ...left, ...absent },
      truth: truth.found,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
