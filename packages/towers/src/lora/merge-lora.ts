import { MegaPairsError } from "@megapairs/spec";
import type { TowerModel, Weight, Weights } from "../tower-model.ts";
import type { LoraAdapter, LoraModel } from "./lora-model.ts";

/**
 * The model without additions that computes the same: each adapted weight becomes
 * `W + (alpha / rank) · B · A`, in an array of its own; other weights are shared.
 *
 * Throws `invalid-argument` where the model lacks a weight.
 */
export function mergeLora<Base extends TowerModel>(model: LoraModel<Base>): Base {
  const { base, weights, adapters, alpha, rank } = model;
  const merged = new Map(base.weights);
  for (const name of base.weights.keys()) merged.set(name, weightOf(weights, name));
  for (const adapter of adapters)
    merged.set(adapter.weight, mergedWeight(weights, adapter, alpha / rank));
  return { ...base, weights: merged };
}

function mergedWeight(weights: Weights, adapter: LoraAdapter, scale: number): Weight {
  const { dims, data } = weightOf(weights, adapter.weight);
  const a = weightOf(weights, adapter.a);
  const b = weightOf(weights, adapter.b);
  const [rank = 0, from = 0] = a.dims;
  const [out = 0] = b.dims;
  const [acrossOut, acrossIn] = adapter.layout === "out-in" ? [from, 1] : [1, out];
  const sum = new Float32Array(data);
  const row = new Float64Array(from);
  for (let to = 0; to < out; to += 1) {
    row.fill(0);
    for (let inner = 0; inner < rank; inner += 1) {
      const factor = scale * (b.data[to * rank + inner] ?? 0);
      for (let index = 0; index < from; index += 1) {
        row[index] = (row[index] ?? 0) + factor * (a.data[inner * from + index] ?? 0); // [in]
      }
    }
    for (let index = 0; index < from; index += 1) {
      const place = to * acrossOut + index * acrossIn;
      sum[place] = (data[place] ?? 0) + (row[index] ?? 0);
    }
  }
  return { dims, data: sum };
}

function weightOf(weights: Weights, name: string): Weight {
  const weight = weights.get(name);
  if (weight !== undefined) return weight;
  throw new MegaPairsError("invalid-argument", `the model has no weight "${name}"`);
}
