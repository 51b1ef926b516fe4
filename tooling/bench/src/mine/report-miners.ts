import type { BenchReport } from "../frame/bench.ts";
import { formatTable } from "../frame/format-table.ts";
import { median } from "../frame/median.ts";
import type { FinderMeasurement, FinderPass } from "../frame/run-finder.ts";
import { shareFound } from "../frame/share-found.ts";
import { MINERS, OURS } from "./mine-work.ts";
import type { MinerName, MineWork } from "./mine-work.ts";

/** What the contenders took and found. */
export interface MinersResult {
  readonly work: MineWork;
  readonly rounds: number;
  readonly passes: ReadonlyMap<MinerName, readonly FinderPass[]>;
  readonly absent: Readonly<Record<string, string>>;
  /** Neighbours of the judged rows by the exact join. */
  readonly truth: Int32Array;
}

const DESCRIPTIONS: Readonly<Record<MinerName, string>> = {
  exact: "megapairs, exact",
  clustered: "megapairs, to a recall",
  "faiss-flat": "faiss IndexFlatIP",
  "faiss-ivf": "faiss IVFFlat",
  "faiss-hnsw": "faiss HNSW",
  usearch: "usearch HNSW",
  lancedb: "LanceDB IVF_FLAT",
};

/**
 * Puts passes into a table and into numbers. Throws where our exact join misses a neighbour, or where
 * faiss's flat index found others than we, rounding aside.
 */
export function reportMiners(result: MinersResult): BenchReport {
  const { work, rounds, passes, absent, truth } = result;
  const names = MINERS.filter((name) => passes.has(name));
  const recallOf = (name: MinerName): number =>
    shareFound(truth, passes.get(name)!.at(-1)!.found, work.k);
  checkRecall(names, recallOf);
  const ratios = ratiosOf(result, names, recallOf);
  const { rows, dimensions, k, lower, upper, threads, recall, judged, peerQueries } = work;
  const neighbours = truth.reduce((sum, row) => sum + Number(row >= 0), 0);
  const table = [
    `mine: self-join of ${rows} x ${dimensions}, k = ${k}, band (${lower}, ${upper}), recall ${recall}, ${threads} threads, ${rounds} rounds`,
    formatTable([
      ["", "recall", "seconds", "CPU s", "queries/CPU s", "peak MiB", "parameter"],
      ...names.map((name) => {
        const measured = measurementsOf(result, name);
        const cpuSeconds = median(measured.map((pass) => pass.cpuSeconds));
        return [
          DESCRIPTIONS[name],
          recallOf(name).toFixed(4),
          median(measured.map(({ seconds }) => seconds)).toFixed(1),
          cpuSeconds.toFixed(1),
          (rows / cpuSeconds).toFixed(0),
          Math.max(...measured.map(({ peakMiB }) => peakMiB)).toFixed(0),
          measured[0]?.facts?.parameter?.toString() ?? "",
        ];
      }),
    ]),
    `(building included; peers were asked for ${peerQueries} rows, their time is extrapolated to ${rows})`,
    ...Object.entries(ratios).map(([name, ratio]) => `${name}: ${ratio.toFixed(2)}`),
    ...Object.entries(absent).map(([name, why]) => `${name} is absent: ${why}`),
    `(${(neighbours / judged).toFixed(1)} neighbours in the band for a query on average)`,
  ].join("\n");
  return {
    table,
    ratios,
    absent,
    settings: { ...work, rounds },
    runs: names.map((name) => ({
      contender: name,
      recall: recallOf(name),
      passes: measurementsOf(result, name),
    })),
    checks: { neighbours, exactEqualsTruth: names.includes("exact") },
  };
}

/** Scores of faiss are float32 sums: neighbours at the k-th place or an edge may differ. */
const LEAST_AGREEMENT = 0.999;

function checkRecall(names: readonly MinerName[], recallOf: (name: MinerName) => number): void {
  if (names.includes("exact") && recallOf("exact") !== 1) {
    throw new Error(`the exact join has ${recallOf("exact")} of the neighbours, expected all`);
  }
  if (names.includes("faiss-flat") && recallOf("faiss-flat") < LEAST_AGREEMENT) {
    throw new Error(
      `faiss has ${recallOf("faiss-flat")} of our neighbours, expected above ${LEAST_AGREEMENT}`,
    );
  }
}

/** CPU seconds of a peer by ours, of those that reached the recall. */
function ratiosOf(
  result: MinersResult,
  names: readonly MinerName[],
  recallOf: (name: MinerName) => number,
): Readonly<Record<string, number>> {
  const cpuOf = (name: MinerName): number =>
    median(measurementsOf(result, name).map(({ cpuSeconds }) => cpuSeconds));
  const ratios: Record<string, number> = {};
  for (const ours of OURS.filter((name) => names.includes(name))) {
    for (const peer of names.filter((name) => !OURS.includes(name))) {
      if (recallOf(peer) < result.work.recall) continue;
      ratios[`${ours}/${peer}`] = cpuOf(peer) / cpuOf(ours);
    }
  }
  const approximate = Object.entries(ratios).filter(([name]) => name.startsWith("clustered/"));
  if (approximate.length > 0) {
    ratios["clustered/best"] = Math.min(...approximate.map(([, ratio]) => ratio));
  }
  return ratios;
}

function measurementsOf({ passes }: MinersResult, name: MinerName): readonly FinderMeasurement[] {
  return (passes.get(name) ?? []).map(({ measurement }) => measurement);
}
