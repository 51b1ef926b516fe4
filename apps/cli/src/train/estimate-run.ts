import { formatBytes } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import { availableMemory, estimateTraining } from "@megapairs/train";
import type { AvailableMemory, TrainingEstimate } from "@megapairs/train";
import type { TrainConfig } from "../config/train-config.ts";
import type { TrainingPlan } from "./plan-training.ts";

/** What a run will cost, and what there is. */
export interface RunEstimate extends TrainingEstimate {
  readonly machine: AvailableMemory;
}

/** Forecasts a run from its plan; nothing is run. */
export async function estimateRun(
  config: Pick<TrainConfig, "accumulation">,
  plan: TrainingPlan,
): Promise<RunEstimate> {
  const { accumulation } = config;
  const { trainer, cacheBytes } = plan;
  const estimate = estimateTraining({ ...trainer, accumulation, cacheBytes });
  return { ...estimate, machine: await availableMemory() };
}

/** Throws `invalid-argument` where a run would not fit into the memory, with what to change. */
export function refuseTooLarge({ memory, machine }: RunEstimate, plan: TrainingPlan): void {
  if (memory.all <= machine.available) return;
  throw new MegaPairsError(
    "invalid-argument",
    `The run needs about ${formatBytes(memory.all)} of memory, of which ${formatBytes(memory.activations)} are for what the towers compute, and ${formatBytes(machine.available)} are free: ${advice(plan)}. --dry-run lists all of it, --force runs anyway.`,
  );
}

function advice({ trainer }: TrainingPlan): string {
  const { chunk, capacity, recompute = false } = trainer;
  const rows = Math.max(...Object.values(capacity.rows));
  const options: string[] = [];
  if ((chunk ?? rows) > 1) options.push(`a chunk below ${chunk ?? rows}`);
  if (!recompute) options.push("recompute: true");
  options.push(`a batch below ${capacity.queries} with accumulation`, "train: { lora: … }");
  return `try ${options.join(", ")}`;
}
