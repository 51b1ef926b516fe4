import type { FinderMeasurement } from "./run-finder.ts";

/** Does some work once and tells what it took of this process, whatever was done before to warm up. */
export async function timePass<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly measurement: FinderMeasurement }> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    result,
    measurement: {
      seconds,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      peakMiB: process.resourceUsage().maxRSS / 1024,
    },
  };
}
