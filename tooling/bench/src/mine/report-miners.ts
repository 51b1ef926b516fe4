import type { BenchReport } from "../frame/bench.ts";
import { formatTable } from "../frame/format-table.ts";
import { median } from "../frame/median.ts";
import { MINERS } from "./mine-work.ts";
import type { MineMeasurement, MinerName, MineWork } from "./mine-work.ts";

/** What the contenders took and found. */
export interface MinersResult {
  readonly work: MineWork;
  readonly rounds: number;
  readonly measured: ReadonlyMap<MinerName, readonly MineMeasurement[]>;
  readonly found: ReadonlyMap<MinerName, Int32Array>;
  readonly absent: Readonly<Record<string, string>>;
}

const DESCRIPTIONS: Readonly<Record<MinerName, string>> = {
  megapairs: "megapairs: GEMM estimate, exact scores",
  plain: "megapairs: plain product",
  gemm: "the runtime's GEMM over the same tiles alone",
  faiss: "faiss IndexFlatIP, one thread pool",
};

/**
 * Puts passes into a table and into numbers. Throws where our two joins differ, or where faiss found
 * other neighbours than ours, rounding aside.
 */
export function reportMiners(result: MinersResult): BenchReport {
  const { work, rounds, measured, found, absent } = result;
  const ours = found.get("megapairs") ?? new Int32Array();
  const plain = found.get("plain") ?? new Int32Array();
  if (plain.some((row, place) => row !== ours[place])) {
    throw new Error("found other neighbours with the estimate than without, expected the same");
  }
  const faiss = found.get("faiss");
  const agreement = faiss && shareOf(faiss, ours, work.k);
  if (agreement !== undefined && agreement < LEAST_AGREEMENT) {
    throw new Error(`found ${agreement} of faiss's neighbours, expected above ${LEAST_AGREEMENT}`);
  }
  const neighbours = ours.reduce((sum, row) => sum + Number(row >= 0), 0);
  const names = MINERS.filter((name) => measured.has(name));
  const ratios = Object.fromEntries(
    names
      .filter((name) => name !== "megapairs")
      .map((name) => [name, secondsOf(result, name) / secondsOf(result, "megapairs")]),
  );
  const { rows, dimensions, k, lower, upper, threads } = work;
  const table = [
    `mine: self-join of ${rows} x ${dimensions}, k = ${k}, band (${lower}, ${upper}), ${threads} threads, medians of ${rounds} rounds`,
    formatTable([
      ["", "seconds", "CPU s", "queries/s", "peak MiB", "ours is faster by"],
      ...names.map((name) => {
        const passes = measured.get(name) ?? [];
        const seconds = secondsOf(result, name);
        return [
          DESCRIPTIONS[name],
          seconds.toFixed(2),
          median(passes.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
          (rows / seconds).toFixed(0),
          Math.max(...passes.map(({ peakMiB }) => peakMiB)).toFixed(0),
          ratios[name]?.toFixed(2) ?? "",
        ];
      }),
    ]),
    ...Object.entries(absent).map(([name, why]) => `${name} is absent: ${why}`),
    `(${(neighbours / rows).toFixed(1)} neighbours in the band for a query on average)`,
  ].join("\n");
  return {
    table,
    ratios,
    absent,
    settings: { ...work, rounds },
    runs: names.map((name) => ({ contender: name, passes: measured.get(name) ?? [] })),
    checks: { neighbours, equalsPlain: true, shareOfFaissFound: agreement ?? null },
  };
}

/** Scores of faiss are float32 sums: neighbours at the k-th place or an edge may differ. */
const LEAST_AGREEMENT = 0.999;

function secondsOf({ measured }: MinersResult, name: MinerName): number {
  return median((measured.get(name) ?? []).map(({ seconds }) => seconds));
}

/** How many of a peer's neighbours are among ours. */
function shareOf(peer: Int32Array, ours: Int32Array, k: number): number {
  let total = 0;
  let shared = 0;
  for (let start = 0; start < peer.length; start += k) {
    const known = new Set(ours.subarray(start, start + k));
    for (const row of peer.subarray(start, start + k)) {
      if (row < 0) continue;
      total += 1;
      shared += Number(known.has(row));
    }
  }
  return total === 0 ? 1 : shared / total;
}
