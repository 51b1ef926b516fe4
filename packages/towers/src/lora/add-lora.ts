import { MegaPairsError } from "@megapairs/spec";
import { initialWeights } from "../random/initial-weights.ts";
import type { InitialisationOptions } from "../random/initial-weights.ts";
import type { TowerModel, Weights } from "../tower-model.ts";
import type { WeightShape } from "../weight-shapes.ts";
import { adaptTower } from "./adapt-tower.ts";
import { linearModules } from "./linear-modules.ts";
import type { LoraAdapter, LoraModel } from "./lora-model.ts";
import type { LoraMatch } from "./match-modules.ts";
import { matchModules } from "./match-modules.ts";

/** Settings of {@link addLora}. */
export interface LoraSettings extends InitialisationOptions {
  /** Width of the additions. The paper's MLLM form has 32. */
  readonly rank: number;
  /** The additions are multiplied by `alpha / rank`. Default `rank`. */
  readonly alpha?: number | undefined;
  /**
   * Linear modules to adapt, by weight names without `.weight`: `["q_proj", "v_proj"]` are all whose
   * names end so, a pattern all that it is found in, `all-linear` all.
   */
  readonly match: LoraMatch;
}

/**
 * A model with low-rank additions to some of its linear weights, and those weights as they were:
 * graphs compute `x · Wᵀ + (alpha / rank) · (x · Aᵀ) · Bᵀ`. A is random as peft begins it, evenly in
 * ±1/√in, and B is 0, so that the model computes at first what it did before. Imported graphs can be
 * adapted too.
 *
 * Throws `invalid-argument` for a rank or alpha out of range, or a pattern that fits no linear module.
 *
 * Source: Hu et al., LoRA (arXiv 2106.09685); initialisation as peft's `LoraLayer`.
 */
export function addLora<Base extends TowerModel>(
  model: Base,
  settings: LoraSettings,
): LoraModel<Base> {
  const { rank, alpha = rank, match } = settings;
  if (!Number.isInteger(rank) || rank < 1 || !(alpha > 0)) {
    throw new MegaPairsError(
      "invalid-argument",
      `rank must be a whole number of at least 1 and alpha above 0, found ${rank} and ${alpha}`,
    );
  }
  const adapters = matchModules(linearModules(model), match);
  const shapes = loraShapes(model.weights, adapters, rank);
  const rule = (name: string): { value: number } | { bound: number } =>
    name.endsWith(".lora_B.weight")
      ? { value: 0 }
      : { bound: (shapes.get(name)?.dims[1] ?? 1) ** -0.5 };
  return loraModelOf(model, { rank, alpha, adapters }, initialWeights(shapes, rule, settings));
}

/** Shapes of the weights of adapters. */
export function loraShapes(
  weights: Weights,
  adapters: readonly LoraAdapter[],
  rank: number,
): Map<string, WeightShape> {
  const shapes = new Map<string, WeightShape>();
  for (const { weight, a, b, layout } of adapters) {
    const [first = 0, second = 0] = weights.get(weight)?.dims ?? [];
    const [out, from] = layout === "out-in" ? [first, second] : [second, first];
    shapes.set(a, { dims: [rank, from] }).set(b, { dims: [out, rank] });
  }
  return shapes;
}

/** A model with adapters of given weights. */
export function loraModelOf<Base extends TowerModel>(
  base: Base,
  lora: Pick<LoraModel, "rank" | "alpha" | "adapters">,
  own: Weights,
): LoraModel<Base> {
  const { rank, alpha, adapters } = lora;
  const weights = new Map([...base.weights, ...own]);
  const towers = base.towers.map((tower) => adaptTower(tower, weights, adapters, alpha / rank));
  return { ...lora, base, towers, weights, trainable: [...own.keys()] };
}
