import { formatBytes, formatCount, formatDuration } from "@megapairs/run";
import { measureMatrixRate } from "@megapairs/train";
import type { TrainConfig } from "../config/train-config.ts";
import { estimateRun } from "./estimate-run.ts";
import type { RunEstimate } from "./estimate-run.ts";
import { openSamples } from "./open-samples.ts";
import { openStart } from "./open-start.ts";
import { planTraining } from "./plan-training.ts";

/** What a run will do and cost, as `--dry-run --json` prints it. */
export interface DryRun extends RunEstimate {
  readonly out: string;
  readonly samples: number;
  readonly steps: number;
  /** Queries in a step. */
  readonly samplesPerStep: number;
  /** Passes over the data. */
  readonly epochs: number;
  readonly hardNegatives: number;
  /** Rows that go through a tower at once. */
  readonly chunk: number | "whole";
  readonly time: {
    /** Floating-point operations a second in matrix products, measured now. */
    readonly matrixRate: number;
    readonly stepMs: number;
    readonly allMs: number;
  };
}

/** Share of the rate of matrix products that training was measured to reach: 0.75 to 0.95. */
const REACHED = 0.8;

/** Works out what a run will do and cost; measures this machine for a moment, and trains nothing. */
export async function dryRun(config: TrainConfig, signal: AbortSignal): Promise<DryRun> {
  const samples = await openSamples(config, { onReject: () => undefined, signal });
  try {
    const start = await openStart(config, samples);
    const plan = await planTraining(config, samples, start);
    const estimate = await estimateRun(config, plan);
    const { device, threads } = config;
    const matrixRate = await measureMatrixRate({ device, threads });
    const stepMs = (1000 * estimate.flops.all) / (REACHED * matrixRate);
    const { steps, samplesPerStep, hardNegatives, trainer } = plan;
    return {
      out: config.out,
      samples: samples.count,
      steps,
      samplesPerStep,
      epochs: (steps * samplesPerStep) / samples.count,
      hardNegatives,
      chunk: trainer.chunk ?? "whole",
      ...estimate,
      time: { matrixRate, stepMs, allMs: steps * stepMs },
    };
  } finally {
    await samples.close();
  }
}

/** The same for people. */
export function formatDryRun(run: DryRun): string {
  const { parameters, flops, memory, machine, time } = run;
  const held = [
    `weights ${formatBytes(memory.weights)}`,
    `gradients ${formatBytes(memory.gradients)}`,
    `moments ${formatBytes(memory.moments)}`,
    ...(memory.average > 0 ? [`average ${formatBytes(memory.average)}`] : []),
    `towers' values ${formatBytes(memory.activations)}`,
    `batch ${formatBytes(memory.batch)}`,
    `process ${formatBytes(memory.process)}`,
  ];
  const fits = memory.all <= machine.available ? "fits into" : "DOES NOT FIT into";
  const rows = [
    ["data", `${formatCount(run.samples)} examples, ${formatEpochs(run.epochs)}`],
    [
      "steps",
      `${formatCount(run.steps)} of ${formatCount(run.samplesPerStep)} queries with ${run.hardNegatives} hard negatives each, ${run.chunk === "whole" ? "each batch whole" : `${run.chunk} rows at once`}`,
    ],
    [
      "parameters",
      `${formatCount(parameters.all)}, trained ${formatCount(parameters.trained)} (${percent(parameters.trained / parameters.all)})`,
    ],
    [
      "work",
      `${formatFlops(flops.all)} a step: forward ${formatFlops(flops.forward)}, backward ${formatFlops(flops.backward)}, done again ${formatFlops(flops.again)}`,
    ],
    [
      "memory",
      `about ${formatBytes(memory.all)}, which ${fits} the ${formatBytes(machine.available)} free of ${formatBytes(machine.total)}`,
    ],
    ["", held.join(" · ")],
    [
      "time",
      `about ${formatDuration(time.stepMs)} a step, ${formatDuration(time.allMs)} in all: an estimate, at ${percent(REACHED)} of the ${formatFlops(time.matrixRate)}/s that this machine does in matrix products right now`,
    ],
  ];
  return rows.map(([name = "", text = ""]) => `${name.padEnd(12)}${text}`).join("\n");
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

function formatEpochs(epochs: number): string {
  return epochs < 100 ? `${Number(epochs.toPrecision(3))} epochs` : `${formatCount(epochs)} epochs`;
}

const UNITS = ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP"];

function formatFlops(flops: number): string {
  let amount = flops;
  let unit = 0;
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${Number(amount.toPrecision(3))} ${UNITS[unit]}`;
}
