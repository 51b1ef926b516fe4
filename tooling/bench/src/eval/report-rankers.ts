import type { BenchReport } from "../frame/bench.ts";
import { formatTable } from "../frame/format-table.ts";
import { median } from "../frame/median.ts";
import type { FinderMeasurement, FinderPass } from "../frame/run-finder.ts";
import { shareFound } from "../frame/share-found.ts";
import { RANKERS } from "./rank-work.ts";
import type { RankerName, RankWork } from "./rank-work.ts";

/** What the contenders took and found. */
export interface RankersResult {
  readonly work: RankWork;
  readonly rounds: number;
  readonly passes: ReadonlyMap<RankerName, readonly FinderPass[]>;
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
  const { work, rounds, passes, absent } = result;
  const found = (name: RankerName): Int32Array | undefined => passes.get(name)?.at(-1)?.found;
  const [ours, faiss] = [found("megapairs") ?? new Int32Array(), found("faiss")];
  const agreement = faiss && shareFound(faiss, ours, work.k);
  if (agreement !== undefined && agreement < LEAST_AGREEMENT) {
    throw new Error(`ranked ${agreement} of faiss's candidates, expected above ${LEAST_AGREEMENT}`);
  }
  const names = RANKERS.filter((name) => passes.has(name));
  const ratios = Object.fromEntries(
    names.filter((name) => name !== "megapairs").map((name) => [name, ratioTo(result, name)]),
  );
  const { rows, queries, dimensions, k, threads } = work;
  const operations = 2 * rows * queries * dimensions;
  const table = [
    `eval: ${queries} queries x ${rows} candidates x ${dimensions}, k = ${k}, ${threads} threads, medians of ${rounds} rounds`,
    formatTable([
      ["", "seconds", "CPU s", "GFLOP/s", "peak MiB", "ours is faster by"],
      ...names.map((name) => {
        const measured = measurementsOf(result, name);
        const seconds = median(measured.map((pass) => pass.seconds));
        return [
          DESCRIPTIONS[name],
          seconds.toFixed(2),
          median(measured.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
          (operations / seconds / 1e9).toFixed(0),
          Math.max(...measured.map(({ peakMiB }) => peakMiB)).toFixed(0),
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
    runs: names.map((name) => ({ contender: name, passes: measurementsOf(result, name) })),
    checks: { shareOfFaissFound: agreement ?? null },
  };
}

/** Ours ÷ peer in speed: the median over rounds of the ratio within a round. */
function ratioTo(result: RankersResult, name: RankerName): number {
  const ours = measurementsOf(result, "megapairs");
  return median(
    measurementsOf(result, name).map(
      ({ seconds }, round) => seconds / (ours[round]?.seconds ?? NaN),
    ),
  );
}

function measurementsOf({ passes }: RankersResult, name: RankerName): readonly FinderMeasurement[] {
  return (passes.get(name) ?? []).map(({ measurement }) => measurement);
}
