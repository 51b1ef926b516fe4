import { activate } from "./activation.ts";
import type { TowerGraph } from "./tower-graph.ts";

/** Names and sizes of one feed-forward part. */
export interface FeedForwardSettings {
  /** Checkpoint names of both linear weights, without `.weight`. */
  readonly up: string;
  readonly down: string;
  readonly width: number;
  readonly wide: number;
  /** As Hugging Face configs name it. */
  readonly activation: string;
}

/** What x is multiplied with in the sigmoid of QuickGELU, `x · σ(1.702 x)`. */
const QUICK = 1.702;

/**
 * `down(activation(up(x)))`. QuickGELU is SiLU in another unit, `z · σ(z) / 1.702` for `z = 1.702 x`:
 * the products take both factors in, so that no operator is spent on them.
 */
export function feedForward(g: TowerGraph, x: string, settings: FeedForwardSettings): string {
  const { up, down, width, wide, activation } = settings;
  const isQuick = activation === "quick_gelu";
  const lifted = g.linear(x, up, width, wide, { factor: isQuick ? QUICK : 1 });
  const bent = activate(g, isQuick ? "silu" : activation, lifted);
  return g.linear(bent, down, wide, width, { productFactor: isQuick ? 1 / QUICK : 1 });
}
