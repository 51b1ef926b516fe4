import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

/** What the numbers were measured on. */
export interface MachineDescription {
  readonly cpu: string;
  /** Cores this process may use: `taskset` and containers count. */
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly system: string;
  /** Processes that wanted a core in the minute before: well above 0, the numbers are noisy. */
  readonly loadBefore: number;
}

/** Describes this machine, now. */
export function describeMachine(): MachineDescription {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${process.arch} ${release()}`,
    loadBefore: loadavg()[0] ?? 0,
  };
}
