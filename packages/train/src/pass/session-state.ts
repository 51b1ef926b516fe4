import type { OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import type { ParameterMemory } from "../memory/parameter-memory.ts";

/** What a session takes and gives of the memory, by the names of its graph. */
type Tensors = Record<string, OnnxTensor>;

/** The weights among the inputs of a graph. */
export function weightFeeds(memory: ParameterMemory, { inputs }: OnnxModelDefinition): Tensors {
  const found = inputs.flatMap(({ name }) => {
    const weight = memory.weights.get(name);
    return weight === undefined ? [] : [[name, weight] as const];
  });
  return Object.fromEntries(found);
}

/** Gradients of weights, as a graph that adds to them takes them and gives them, in one place. */
export function gradientSums(
  memory: ParameterMemory,
  names: readonly string[],
): { readonly before: Tensors; readonly after: Tensors } {
  const before: Tensors = {};
  const after: Tensors = {};
  for (const name of names) {
    const gradient = memory.gradients.get(name)!;
    before[`${name}.gradient.before`] = gradient;
    after[`${name}.gradient`] = gradient;
  }
  return { before, after };
}
