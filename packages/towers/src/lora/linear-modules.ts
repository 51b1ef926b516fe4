import { linearUses } from "../graph/linear-uses.ts";
import type { TowerModel } from "../tower-model.ts";
import type { LoraAdapter } from "./lora-model.ts";

/** The linear weights of a model, as adapters to them would be called; each once. */
export function linearModules({ towers, weights }: TowerModel): readonly LoraAdapter[] {
  const isMatrix = (name: string): boolean => weights.get(name)?.dims.length === 2;
  const modules = new Map<string, LoraAdapter>();
  for (const { weight, layout } of towers.flatMap(({ model }) => linearUses(model, isMatrix))) {
    const module = weight.replace(/\.weight$/, "");
    const [a, b] = [`${module}.lora_A.weight`, `${module}.lora_B.weight`];
    modules.set(weight, { module, weight, a, b, layout });
  }
  return [...modules.values()];
}
