import type { TowerModel } from "../tower-model.ts";

/** One low-rank addition to a linear weight: `x · Wᵀ + (alpha / rank) · (x · Aᵀ) · Bᵀ`. */
export interface LoraAdapter {
  /** Name of the weight without `.weight`, as peft names modules. */
  readonly module: string;
  /** Name of the weight it is added to, which stays as it is. */
  readonly weight: string;
  /** `<module>.lora_A.weight`, float32 [rank, in]. */
  readonly a: string;
  /** `<module>.lora_B.weight`, float32 [out, rank]. */
  readonly b: string;
  /** How the graph keeps the weight itself. */
  readonly layout: "out-in" | "in-out";
}

/** A model with low-rank additions to some of its linear weights. */
export interface LoraModel<Base extends TowerModel = TowerModel> extends TowerModel {
  /** The model without them. */
  readonly base: Base;
  readonly rank: number;
  readonly alpha: number;
  readonly adapters: readonly LoraAdapter[];
  /** Names of what is trained: A and B of each adapter. */
  readonly trainable: readonly string[];
}
