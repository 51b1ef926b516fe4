import type { BenchReport } from "../frame/bench.ts";
import { formatTable } from "../frame/format-table.ts";
import { median } from "../frame/median.ts";
import { RANKERS } from "./rank-work.ts";
import type { RankerName, RankMeasurement, RankWork } from "./rank-work.ts";

/** What the contenders took and found. */
export interface RankersResult {
  readonly work: RankWork;
  readonly rounds: number;
  readonly measured: ReadonlyMap<RankerName, readonly RankMeasurement[]>;
  readonly found: ReadonlyMap<RankerName, Int32Array>;
  readonly absent: Readonly<Record<string, string>>;
}

const DESCRIPTIONS: Readonly<Record<RankerName, string>> = {
  megapairs: "megapairs: GEMM sifts, exact scores rank",
  gemm: "the runtime's GEMM over the same tiles alone",
  faiss: "faiss IndexFlatIP, search alone",
};

/** Scores of faiss are float32 sums: neighbours at the k-th place may differ. */
const LEAST_AGREEMENT = 0.999;

/** Puts passes into a table and into numbers. Throws where faiss ranked other candidates than we. */
export function reportRankers(result: RankersResult): BenchReport {
  const { work, rounds, measured, found, absent } = result;
  const [ours, faiss] = [found.get("megapairs") ?? new Int32Array(), found.get("faiss")];
  const agreement = faiss && shareOf(faiss, ours, work.k);
  if (agreement !== undefined && agreement < LEAST_AGREEMENT) {
    throw new Error(`ranked ${agreement} of faiss's candidates, expected above ${LEAST_AGREEMENT}`);
  }
  const names = RANKERS.filter((name) => measured.has(name));
  const ratios = Object.fromEntries(
    names.filter((name) => name !== "megapairs").map((name) => [name, ratioTo(measured, name)]),
  );
  const { rows, queries, dimensions, k, threads } = work;
  const operations = 2 * rows * queries * dimensions;
  const table = [
    `eval: ${queries} queries x ${rows} candidates x ${dimensions}, k = ${k}, ${threads} threads, medians of ${rounds} rounds`,
    formatTable([
      ["", "seconds", "CPU s", "GFLOP/s", "peak MiB", "ours is faster by"],
      ...names.map((name) => {
        const passes = measured.get(name) ?? [];
        const seconds = median(passes.map((pass) => pass.seconds));
        return [
          DESCRIPTIONS[name],
          seconds.toFixed(2),
          median(passes.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
          (operations / seconds / 1e9).toFixed(0),
          Math.max(...passes.map(({ peakMiB }) => peakMiB)).toFixed(0),
          ratios[name]?.toFixed(2) ?? "",
        ];
      }),
    ]),
    ...Object.entries(absent).map(([name, why]) => `${name} is absent: ${why}`),
  ].join("\n");
  return {
    table,
    ratios,
    absent,
    settings: { ...work, rounds },
    runs: names.map((name) => ({ contender: name, passes: measured.get(name) ?? [] })),
    checks: { shareOfFaissFound: agreement ?? null },
  };
}

/** Ours ÷ peer in speed: the median over rounds of the ratio within a round. */
function ratioTo(measured: RankersResult["measured"], name: RankerName): number {
  const ours = measured.get("megapairs") ?? [];
  return median(
    (measured.get(name) ?? []).map(({ seconds }, round) => seconds / (ours[round]?.seconds ?? NaN)),
  );
}

/** How many of a peer's candidates are among ours. */
function shareOf(peer: Int32Array, ours: Int32Array, k: number): number {
  let shared = 0;
  for (let start = 0; start < peer.length; start += k) {
    const known = new Set(ours.subarray(start, start + k));
    for (const row of peer.subarray(start, start + k)) shared += Number(known.has(row));
  }
  return peer.length === 0 ? 1 : shared / peer.length;
}
