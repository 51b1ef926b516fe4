import { arch, cpus, platform, release, totalmem } from "node:os";

const GIB = 2 ** 30;

/** This machine in one line: processor, cores, memory, system. */
export function describeMachine(): string {
  const all = cpus();
  const model = all[0]?.model.trim() ?? "unknown processor";
  return `${model}, ${all.length} cores, ${Math.round(totalmem() / GIB)} GiB, ${platform()} ${release()} ${arch()}`;
}
