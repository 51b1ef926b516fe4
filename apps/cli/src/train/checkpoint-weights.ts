import { join } from "node:path";
import { sha256OfFile } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { readSafetensors } from "@megapairs/towers";
import type { Weights } from "@megapairs/towers";
import { listCheckpoints, readCheckpointState } from "@megapairs/train";

/** Which weights of a run. */
export interface CheckpointWeightsOptions {
  /** Folder of the checkpoints. */
  readonly folder: string;
  /** `step-00000100`; the newest if left out. */
  readonly name?: string | undefined;
  readonly which: "average" | "last";
}

/** The trained weights of a checkpoint. */
export interface CheckpointWeights {
  readonly name: string;
  readonly step: number;
  readonly weights: Weights;
}

/**
 * Reads the trained weights of a checkpoint. `invalid-argument` where there is no such checkpoint or
 * it has no average; `corrupt-data` where its file is damaged.
 */
export async function readCheckpointWeights(
  options: CheckpointWeightsOptions,
): Promise<CheckpointWeights> {
  const { folder, which } = options;
  const known = await listCheckpoints(folder);
  const name = options.name ?? known[0];
  if (name === undefined || !known.includes(name)) {
    const found = known.length === 0 ? "none" : known.join(", ");
    throw new MegaPairsError(
      "invalid-argument",
      `${folder} has no checkpoint${name === undefined ? "" : ` ${name}`}, found ${found}.`,
    );
  }
  const place = join(folder, name);
  const { step, digests } = await readCheckpointState(place);
  const file = which === "average" ? "average.safetensors" : "weights.safetensors";
  const expected = digests[file];
  if (expected === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `${place} keeps no average of the weights: set averageDecay before training.`,
    );
  }
  const found = await sha256OfFile(join(place, file)).catch(() => "no file");
  if (found !== expected) {
    throw new MegaPairsError(
      "corrupt-data",
      `${join(place, file)} is damaged: SHA-256 ${found}, expected ${expected}`,
    );
  }
  const { weights } = await readSafetensors(join(place, file));
  return { name, step, weights };
}
