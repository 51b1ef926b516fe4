import type { OnnxModelDefinition } from "@megapairs/onnx";
import type { Tower } from "./tower-model.ts";

/** The shape of a weight. */
export interface WeightShape {
  readonly dims: readonly number[];
}

/** Shapes of weights by name, without their data. A model's weights are shapes too. */
export type WeightShapes = ReadonlyMap<string, WeightShape>;

/** Shapes of the weights that towers read, as their graphs state them. */
export function towerWeightShapes(towers: readonly Tower[]): Map<string, WeightShape> {
  return new Map(towers.flatMap(({ model, weightNames }) => inputShapes(model, weightNames)));
}

/** Shapes of some of the inputs of a graph. */
export function inputShapes(
  { inputs }: OnnxModelDefinition,
  names: readonly string[],
): readonly (readonly [string, WeightShape])[] {
  const shapes = new Map(inputs.map(({ name, shape = [] }) => [name, shape]));
  return names.map((name) => [name, { dims: (shapes.get(name) ?? []).map(Number) }]);
}

/** How many numbers weights hold together, from their shapes alone. */
export function countParameters(weights: WeightShapes): number {
  return [...weights.values()].reduce(
    (sum, { dims }) => sum + dims.reduce((product, size) => product * size, 1),
    0,
  );
}
