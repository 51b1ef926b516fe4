import { readdir } from "node:fs/promises";

/** Folder of the checkpoint after so many steps: `step-00000120`. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, "0")}`;
}

/** Names of the finished checkpoints in a folder, newest first; none where there is no folder. */
export async function listCheckpoints(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^step-\d{8,}$/.test(name)).toSorted((a, b) => (a < b ? 1 : -1));
}
