import type { Weight, Weights } from "@megapairs/towers";
import type { ParameterMemory } from "../memory/parameter-memory.ts";

/** The files of a checkpoint and what lies in them: views of the flat arrays, by weight. */
export function checkpointWeights(memory: ParameterMemory): ReadonlyMap<string, Weights> {
  const { flat, trained } = memory;
  const view = (array: Float32Array): Weights =>
    new Map(
      trained.map(({ name, dims, offset, length }): [string, Weight] => [
        name,
        { dims, data: array.subarray(offset, offset + length) },
      ]),
    );
  const files = new Map([
    ["weights.safetensors", view(flat.weights)],
    ["first-moments.safetensors", view(flat.firstMoments)],
    ["second-moments.safetensors", view(flat.secondMoments)],
  ]);
  if (flat.average.length > 0) files.set("average.safetensors", view(flat.average));
  return files;
}
