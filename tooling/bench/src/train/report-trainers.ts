import type { BenchReport } from "../frame/bench.ts";
import { formatTable } from "../frame/format-table.ts";
import { median } from "../frame/median.ts";
import { TRAINERS } from "./train-work.ts";
import type { TrainerName, TrainMeasurement, TrainWork } from "./train-work.ts";

/** What the contenders took. */
export interface TrainersResult {
  readonly work: TrainWork;
  readonly rounds: number;
  readonly measured: ReadonlyMap<TrainerName, readonly TrainMeasurement[]>;
  readonly absent: Readonly<Record<string, string>>;
  /** GFLOP of the products of one forward and backward pass of ours. */
  readonly gflop: number;
}

const DESCRIPTIONS: Readonly<Record<TrainerName, string>> = {
  megapairs: "megapairs on onnxruntime-node",
  torch: "torch, eager",
  gemm: "the runtime's GEMM alone, same shapes",
};

/** Losses and gradients of the same weights and batch: float32 sums in another order. */
const MOST_DIFFERENCE = 1e-3;

/** Puts passes into a table and into numbers. Throws where ours and torch compute something else. */
export function reportTrainers(result: TrainersResult): BenchReport {
  const { work, rounds, measured, absent, gflop } = result;
  const names = TRAINERS.filter((name) => measured.has(name));
  const of = (name: TrainerName, key: "stepSeconds" | "gradientSeconds"): number =>
    median((measured.get(name) ?? []).flatMap((pass) => pass[key]));
  const ours = measured.get("megapairs")?.[0];
  const torch = measured.get("torch")?.[0];
  const differences = ours && torch ? compare(ours, torch) : undefined;
  const gemm = measured.get("gemm")?.[0]?.gflop ?? 0;
  const gemmRate = gemm / of("gemm", "stepSeconds");
  const ourRate = gflop / of("megapairs", "gradientSeconds");
  const ratio = (peer: TrainerName, key: "stepSeconds" | "gradientSeconds"): number =>
    median(
      Array.from({ length: rounds }, (_, round) => {
        const [theirs, mine] = [peer, "megapairs" as const].map((name) =>
          median(measured.get(name)?.[round]?.[key] ?? []),
        );
        return (theirs ?? NaN) / (mine ?? NaN);
      }),
    );
  const ratios: Record<string, number> = {
    ...(torch && {
      torch: ratio("torch", "stepSeconds"),
      "torch@gradients": ratio("torch", "gradientSeconds"),
    }),
    gemm: ratio("gemm", "gradientSeconds") * (gflop / gemm),
  };
  const rates: Partial<Record<TrainerName, number>> = { megapairs: ourRate, gemm: gemmRate };
  const table = [
    `train: CLIP ViT-B/32 and its text tower, all 151M parameters, batch ${work.batch}, ${work.threads} threads, medians of ${rounds} rounds of ${work.steps} steps`,
    formatTable([
      ["", "step s", "forward + backward s", "CPU s", "GFLOP/s", "peak MiB", "samples/s"],
      ...names.map((name) => {
        const passes = measured.get(name) ?? [];
        const isStep = name !== "gemm";
        return [
          DESCRIPTIONS[name],
          isStep ? of(name, "stepSeconds").toFixed(2) : "",
          isStep ? of(name, "gradientSeconds").toFixed(2) : "",
          isStep ? median(passes.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2) : "",
          rates[name]?.toFixed(0) ?? "",
          isStep ? Math.max(...passes.map(({ peakMiB }) => peakMiB)).toFixed(0) : "",
          isStep ? (work.batch / of(name, "stepSeconds")).toFixed(2) : "",
        ];
      }),
    ]),
    ...Object.entries(ratios).map(([name, times]) => `${name}: ${times.toFixed(3)} x`),
    ...Object.entries(absent).map(([name, why]) => `${name} is absent: ${why}`),
    `(GFLOP/s of ours: ${gflop.toFixed(0)} GFLOP of products in a forward and backward pass; what is not needed of the last layers is not computed)`,
  ].join("\n");
  return {
    table,
    ratios,
    absent,
    settings: { ...work, rounds, ...torch?.facts },
    runs: names.map((name) => ({ contender: name, passes: measured.get(name) ?? [] })),
    checks: { gflop, ...differences },
  };
}

function compare(ours: TrainMeasurement, torch: TrainMeasurement): Record<string, number> {
  const loss = Math.abs(ours.loss / torch.loss - 1);
  const gradientNorm = Math.abs(ours.gradientNorm / torch.gradientNorm - 1);
  if (!(loss < MOST_DIFFERENCE && gradientNorm < MOST_DIFFERENCE)) {
    throw new Error(
      `ours has a loss of ${ours.loss} and a gradient norm of ${ours.gradientNorm}, torch ${torch.loss} and ${torch.gradientNorm}: expected the same`,
    );
  }
  return { relativeDifferenceOfLoss: loss, relativeDifferenceOfGradientNorm: gradientNorm };
}
