import { attention } from "../blocks/attention.ts";
import { feedForward } from "../blocks/feed-forward.ts";
import type { TowerGraph } from "../blocks/tower-graph.ts";
import type { TransformerConfig } from "./clip-config.ts";

/** What a layer of CLIP works on. */
export interface ClipLayerInputs {
  /** `[tokens · batch, width]`, tokens outermost. */
  readonly states: string;
  /** int64 vector of one element: sequences in the batch. */
  readonly batch: string;
  /** Added to the scores of attention; left out: every token sees all. */
  readonly mask?: string | undefined;
  /**
   * Picks the rows whose states are wanted; `mask` is then theirs. Left out: all. The last layer
   * needs but the rows that are pooled, which saves five sixths of it, forwards and backwards.
   */
  readonly pick?: ((states: string) => string) | undefined;
}

/** One pre-norm transformer layer of CLIP; gives the states of the rows picked. */
export function clipLayer(
  g: TowerGraph,
  name: string,
  { states, batch, mask, pick = (rows) => rows }: ClipLayerInputs,
  config: TransformerConfig,
): string {
  const { hidden_size: width, intermediate_size: wide, layer_norm_eps: epsilon } = config;
  const keys = g.layerNorm(states, `${name}.layer_norm1`, width, epsilon);
  const mixed = attention(
    g,
    `${name}.self_attn`,
    { queries: pick(keys), keys, batch, mask },
    { width, heads: config.num_attention_heads },
  );
  const attended = g.apply("Add", [pick(states), mixed]);
  const normed = g.layerNorm(attended, `${name}.layer_norm2`, width, epsilon);
  const [up, down] = [`${name}.mlp.fc1`, `${name}.mlp.fc2`];
  const sizes = { up, down, width, wide, activation: config.hidden_act };
  return g.endBlock(g.apply("Add", [attended, feedForward(g, normed, sizes)]));
}
