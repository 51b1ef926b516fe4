import type { OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import { zeroTensor } from "../graph/tensor-numbers.ts";

const NEXT = ".next";

/**
 * What an optimiser graph starts from, by name: zeros for all that it carries from step to step.
 * Parameters and their averages are among it: put the first values over the zeros of both.
 */
export function initialState(optimiser: OnnxModelDefinition): Record<string, OnnxTensor> {
  const outputs = new Set(optimiser.outputs.map(({ name }) => name));
  return Object.fromEntries(
    optimiser.inputs
      .filter(({ name }) => outputs.has(name + NEXT))
      .map(({ name, dataType, shape = [] }) => [name, zeroTensor(dataType, shape.map(Number))]),
  );
}

/** What an optimiser graph gave out, under the names under which the next step takes it. */
export function nextState(
  outputs: Readonly<Record<string, OnnxTensor>>,
): Record<string, OnnxTensor> {
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.endsWith(NEXT))
      .map(([name, tensor]) => [name.slice(0, -NEXT.length), tensor]),
  );
}
