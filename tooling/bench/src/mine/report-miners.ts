import type { BenchReport } from "../frame/bench.ts";
import { formatTable } from "../frame/format-table.ts";
import { median } from "../frame/median.ts";
import type { FinderMeasurement, FinderPass } from "../frame/run-finder.ts";
import { shareFound } from "../frame/share-found.ts";
import { MINERS } from "./mine-work.ts";
import type { MinerName, MineWork } from "./mine-work.ts";

/** What the contenders took and found. */
export interface MinersResult {
  readonly work: MineWork;
  readonly rounds: number;
  readonly passes: ReadonlyMap<MinerName, readonly FinderPass[]>;
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
  const { work, rounds, passes, absent } = result;
  const found = (name: MinerName): Int32Array | undefined => passes.get(name)?.at(-1)?.found;
  const ours = found("megapairs") ?? new Int32Array();
  const plain = found("plain") ?? new Int32Array();
  if (plain.some((row, place) => row !== ours[place])) {
    throw new Error("found other neighbours with the estimate than without, expected the same");
  }
  const faiss = found("faiss");
  const agreement = faiss && shareFound(faiss, ours, work.k);
  if (agreement !== undefined && agreement < LEAST_AGREEMENT) {
    throw new Error(`found ${agreement} of faiss's neighbours, expected above ${LEAST_AGREEMENT}`);
  }
  const neighbours = ours.reduce((sum, row) => sum + Number(row >= 0), 0);
  const names = MINERS.filter((name) => passes.has(name));
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
        const measured = measurementsOf(result, name);
        const seconds = secondsOf(result, name);
        return [
          DESCRIPTIONS[name],
          seconds.toFixed(2),
          median(measured.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
          (rows / seconds).toFixed(0),
          Math.max(...measured.map(({ peakMiB }) => peakMiB)).toFixed(0),
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
    runs: names.map((name) => ({ contender: name, passes: measurementsOf(result, name) })),
    checks: { neighbours, equalsPlain: true, shareOfFaissFound: agreement ?? null },
  };
}

/** Scores of faiss are float32 sums: neighbours at the k-th place or an edge may differ. */
const LEAST_AGREEMENT = 0.999;

function measurementsOf({ passes }: MinersResult, name: MinerName): readonly FinderMeasurement[] {
  return (passes.get(name) ?? []).map(({ measurement }) => measurement);
}

function secondsOf(result: MinersResult, name: MinerName): number {
  return median(measurementsOf(result, name).map(({ seconds }) => seconds));
}
