import { MegaPairsError } from "@megapairs/spec";
import { readSafetensors } from "../safetensors/read-safetensors.ts";
import { readSafetensorsHeader } from "../safetensors/read-safetensors-header.ts";
import { FLOATS } from "../safetensors/read-floats.ts";
import type { Weight, Weights } from "../tower-model.ts";
import type { WeightShape, WeightShapes } from "../weight-shapes.ts";
import { faultOfWeights } from "./check-weights.ts";
import { findCheckpoint } from "./find-checkpoint.ts";

/** Options of reading a model's folder. */
export interface LoadOptions {
  /** Puts the weights in SharedArrayBuffers, which threads share without a copy. Default false. */
  readonly shared?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a checkpoint must hold. */
interface CheckpointForm {
  /** Name of the class that writes such files, for messages. */
  readonly className: string;
  readonly expected: WeightShapes;
  /** What a name in the file is called here, of all names in it; `undefined`: nothing of ours. */
  readonly naming: (names: readonly string[]) => (name: string) => string | undefined;
}

/**
 * Reads the weights of a model's folder, in the order in which they are expected. All is checked
 * before data is read: `corrupt-data` names weights that are missing, unexpected, of another shape,
 * of another type, or there twice.
 */
export async function readCheckpoint(
  folder: string,
  { className, expected, naming }: CheckpointForm,
  options: LoadOptions,
): Promise<Weights> {
  const file = await findCheckpoint(folder);
  const { tensors } = await readSafetensorsHeader(file);
  const nameOf = naming(tensors.map(({ name }) => name));
  const refuse = (fault: string): never => {
    throw new MegaPairsError(
      "corrupt-data",
      `${file} holds no ${className} of its config: ${fault}`,
    );
  };
  const found = new Map<string, WeightShape>();
  const own = new Map<string, string>();
  for (const { name, dims, dataType } of tensors) {
    const known = nameOf(name);
    if (known === undefined) continue;
    if (found.has(known)) refuse(`${known} is there twice, also as ${name}`);
    if (expected.has(known) && !FLOATS.has(dataType)) {
      refuse(`${name} is ${dataType}, expected one of ${[...FLOATS].join(", ")}`);
    }
    found.set(known, { dims });
    own.set(known, name);
  }
  const fault = faultOfWeights(found, expected);
  if (fault !== undefined) refuse(fault);
  const wanted = new Set(own.values());
  const { weights } = await readSafetensors(file, {
    ...options,
    select: (name) => wanted.has(name),
  });
  const weightOf = (name: string): Weight =>
    weights.get(own.get(name) ?? "") ?? refuse(`missing: ${name}`);
  return new Map([...expected.keys()].map((name) => [name, weightOf(name)]));
}
