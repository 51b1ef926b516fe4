import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxInitializerDefinition, OnnxModelDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { Tower, Weights } from "../tower-model.ts";

/**
 * A tower as a plain inference graph: weights are initializers, data alone is fed. The weights are
 * not copied.
 *
 * Throws `invalid-argument` where a weight is missing or has another shape than the graph states.
 */
export function exportTower(tower: Tower, weights: Weights): OnnxModelDefinition {
  const isWeight = new Set(tower.weightNames);
  const shapes = new Map(tower.model.inputs.map(({ name, shape }) => [name, shape ?? []]));
  const initializers = tower.weightNames.map((name): OnnxInitializerDefinition => {
    const weight = weights.get(name);
    const expected = shapes.get(name)?.join(", ") ?? "";
    if (weight === undefined || weight.dims.join(", ") !== expected) {
      const found = weight === undefined ? "missing" : `[${weight.dims.join(", ")}]`;
      throw new MegaPairsError(
        "invalid-argument",
        `the weight "${name}" is ${found}, expected [${expected}]`,
      );
    }
    return { name, ...createOnnxTensor("float32", weight.data, weight.dims) };
  });
  return {
    ...tower.model,
    inputs: tower.model.inputs.filter(({ name }) => !isWeight.has(name)),
    initializers: [...tower.model.initializers, ...initializers],
  };
}
