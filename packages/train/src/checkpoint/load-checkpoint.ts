import { join } from "node:path";
import { sha256OfFile } from "@megapairs/onnx";
import type { JsonValue } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { readSafetensors } from "@megapairs/towers";
import type { Weight, Weights } from "@megapairs/towers";
import type { ParameterMemory } from "../memory/parameter-memory.ts";
import type { CheckpointState } from "./checkpoint-state.ts";
import { readCheckpointState } from "./checkpoint-state.ts";
import { checkpointWeights } from "./checkpoint-weights.ts";
import { factDifferences } from "./fact-differences.ts";
import { listCheckpoints } from "./list-checkpoints.ts";

/** Which checkpoint to load, and into what. */
export interface LoadCheckpointOptions {
  /** Folder of the checkpoints. */
  readonly folder: string;
  readonly memory: ParameterMemory;
  /** Those of the run that goes on. */
  readonly facts: Readonly<Record<string, JsonValue>>;
  /** Told of a checkpoint that is damaged; the one before it is tried next. */
  readonly onDamage?: ((checkpoint: string, reason: string) => void) | undefined;
}

/**
 * Fills the memory from the newest checkpoint whose files have the digests that its state names.
 * `undefined` where there is none at all.
 *
 * Rejects with `invalid-argument` where it belongs to a run of other facts, naming the differences,
 * or to a model of another architecture; with `corrupt-data` where all checkpoints are damaged.
 */
export async function loadCheckpoint(
  options: LoadCheckpointOptions,
): Promise<CheckpointState | undefined> {
  const { folder, memory, facts, onDamage } = options;
  const names = await listCheckpoints(folder);
  let damage: MegaPairsError | undefined;
  for (const name of names) {
    const place = join(folder, name);
    try {
      const state = await readCheckpointState(place);
      checkFacts(place, state, facts);
      await checkDigests(place, state);
      for (const [file, weights] of checkpointWeights(memory)) {
        await fill(join(place, file), weights);
      }
      return state;
    } catch (error) {
      if (!MegaPairsError.isInstance(error) || error.code !== "corrupt-data") throw error;
      damage = error;
      onDamage?.(name, error.message);
    }
  }
  if (damage !== undefined) throw damage;
  return undefined;
}

function checkFacts(
  place: string,
  state: CheckpointState,
  facts: Readonly<Record<string, JsonValue>>,
): void {
  const differences = factDifferences(state.facts, facts);
  if (differences.length === 0) return;
  throw new MegaPairsError(
    "invalid-argument",
    `${place} belongs to another run: ${differences.join("; ")}`,
  );
}

async function checkDigests(place: string, { digests }: CheckpointState): Promise<void> {
  for (const [name, expected] of Object.entries(digests)) {
    const found = await sha256OfFile(join(place, name)).catch(() => "no file");
    if (found === expected) continue;
    throw new MegaPairsError(
      "corrupt-data",
      `${join(place, name)} is damaged: SHA-256 ${found}, expected ${expected}`,
    );
  }
}

async function fill(file: string, into: Weights): Promise<void> {
  const { weights } = await readSafetensors(file);
  for (const name of new Set([...into.keys(), ...weights.keys()])) {
    const [found, wanted] = [shapeOf(weights.get(name)), shapeOf(into.get(name))];
    if (found === wanted) continue;
    throw new MegaPairsError(
      "invalid-argument",
      `${file} is of another architecture: "${name}" is ${found}, the model has ${wanted}`,
    );
  }
  for (const [name, { data }] of into) data.set(weights.get(name)?.data ?? []);
}

function shapeOf(weight: Weight | undefined): string {
  return weight === undefined ? "nothing" : `[${weight.dims.join(", ")}]`;
}
