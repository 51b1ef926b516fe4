import { readFile } from "node:fs/promises";

import { systemCode } from "./file-error.ts";

/** Position of the state after the command in `/proc/<pid>/stat`, and of the start time (proc(5)). */
const STATE = 0;
const START_TIME = 19;

/**
 * When a process started, as `<boot id>:<clock ticks since boot>`: with the process id it names
 * one process for ever. `undefined` where the system does not tell (not Linux) and for a process
 * that has ended, a zombie included.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1");
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[STATE];
    if (state === "Z" || state === "X") return undefined;
    return `${boot.trim()}:${fields[START_TIME]}`;
  } catch {
    return undefined;
  }
}

/** Whether the process that had this id at this start is still there. */
export async function isRunning(pid: number, start: string | undefined): Promise<boolean> {
  if (start !== undefined) return (await processStart(pid)) === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}
