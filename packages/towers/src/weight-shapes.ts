import type { Tower } from "./tower-model.ts";

/** The shape of a weight. */
export interface WeightShape {
  readonly dims: readonly number[];
}

/** Shapes of weights by name, without their data. A model's weights are shapes too. */
export type WeightShapes = ReadonlyMap<string, WeightShape>;

/** Shapes of the weights that towers read, as their graphs state them. */
export function towerWeightShapes(towers: readonly Tower[]): Map<string, WeightShape> {
  const shapes = new Map<string, WeightShape>();
  for (const { model, weightNames } of towers) {
    const inputs = new Map(model.inputs.map(({ name, shape = [] }) => [name, shape]));
    for (const name of weightNames)
      shapes.set(name, { dims: (inputs.get(name) ?? []).map(Number) });
  }
  return shapes;
}

/** How many numbers weights hold together, from their shapes alone. */
export function countParameters(weights: WeightShapes): number {
  return [...weights.values()].reduce(
    (sum, { dims }) => sum + dims.reduce((product, size) => product * size, 1),
    0,
  );
}
