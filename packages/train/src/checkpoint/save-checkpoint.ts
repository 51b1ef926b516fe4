import { mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256OfFile } from "@megapairs/onnx";
import { writeSafetensors } from "@megapairs/towers";
import type { ParameterMemory } from "../memory/parameter-memory.ts";
import type { CheckpointState } from "./checkpoint-state.ts";
import { checkpointWeights } from "./checkpoint-weights.ts";
import { checkpointName, listCheckpoints } from "./list-checkpoints.ts";

/** What to save, and where. */
export interface SaveCheckpointOptions extends Omit<CheckpointState, "format" | "digests"> {
  /** Folder of the checkpoints; made where there is none. */
  readonly folder: string;
  readonly memory: ParameterMemory;
  /** How many of the newest checkpoints stay: at least 1. */
  readonly keep: number;
}

/**
 * Saves weights, moments, average and state as a folder of its own, and removes the oldest. It is
 * written beside its place and moved there whole: what a killed writer leaves is never taken for a
 * checkpoint, and removed by the next. Gives its path.
 */
export async function saveCheckpoint(options: SaveCheckpointOptions): Promise<string> {
  const { folder, memory, keep, step, position, facts } = options;
  await mkdir(folder, { recursive: true });
  await removeUnfinished(folder);
  const place = join(folder, checkpointName(step));
  const temporary = `${place}.tmp`;
  await mkdir(temporary);
  const digests: Record<string, string> = {};
  for (const [name, weights] of checkpointWeights(memory)) {
    const file = join(temporary, name);
    await writeSafetensors(file, weights);
    digests[name] = await sha256OfFile(file);
  }
  const state: CheckpointState = { format: 1, step, position, facts, digests };
  await writeFile(join(temporary, "state.json"), `${JSON.stringify(state, undefined, 2)}\n`, {
    flush: true,
  });
  await rm(place, { recursive: true, force: true });
  await rename(temporary, place);
  await syncFolder(folder);
  for (const old of (await listCheckpoints(folder)).slice(Math.max(1, keep))) {
    await rm(join(folder, old), { recursive: true, force: true });
  }
  return place;
}

async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith("step-") && name.endsWith(".tmp")) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // folders cannot be opened there
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
