import { MegaPairsError } from "@megapairs/spec";
import type { TowerModel, Weight } from "./tower-model.ts";

/**
 * The towers of several models as one model, whose features share a space: an imported image tower
 * and an imported text tower, for one. A weight that several have must be the same one in memory.
 *
 * Throws `invalid-argument` where two towers or two different weights have one name.
 */
export function joinTowers(models: readonly TowerModel[]): TowerModel {
  const towers = models.flatMap((model) => model.towers);
  const names = towers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `the towers are called ${names.join(", ")}, expected different names`,
    );
  }
  const weights = new Map<string, Weight>();
  for (const [name, weight] of models.flatMap((model) => [...model.weights])) {
    if ((weights.get(name)?.data ?? weight.data) !== weight.data) {
      throw new MegaPairsError(
        "invalid-argument",
        `two models have different weights called "${name}": import one of them with a prefix`,
      );
    }
    weights.set(name, weight);
  }
  return { towers, weights };
}
