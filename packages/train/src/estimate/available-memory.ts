import { readFile } from "node:fs/promises";
import { freemem, totalmem } from "node:os";

/** Memory of this machine, or of the container that the process runs in. */
export interface AvailableMemory {
  /** Bytes that all processes may take together. */
  readonly total: number;
  /** Bytes that can be taken now, caches of files given back. */
  readonly available: number;
}

/** Looks at the machine's memory and at the limit of the control group, version 2 or 1. */
export async function availableMemory(): Promise<AvailableMemory> {
  const machine = await machineMemory();
  const limit =
    (await readBytes("/sys/fs/cgroup/memory.max")) ??
    (await readBytes("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
  const used =
    (await readBytes("/sys/fs/cgroup/memory.current")) ??
    (await readBytes("/sys/fs/cgroup/memory/memory.usage_in_bytes"));
  if (limit === undefined || limit >= machine.total) return machine;
  const cached = await cachedBytes();
  const available = limit - Math.max(0, (used ?? 0) - cached);
  return { total: limit, available: Math.min(machine.available, available) };
}

async function machineMemory(): Promise<AvailableMemory> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return {
    total: totalmem(),
    available: kilobytes === undefined ? freemem() : 1024 * Number(kilobytes),
  };
}

/** File pages that the group gives back when asked. */
async function cachedBytes(): Promise<number> {
  const text = await readFile("/sys/fs/cgroup/memory.stat", "utf8").catch(() => "");
  return Number(/^inactive_file (\d+)$/m.exec(text)?.[1] ?? 0);
}

async function readBytes(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
