import { activate } from "../blocks/activation.ts";
import { attention } from "../blocks/attention.ts";
import type { TowerGraph } from "../blocks/tower-graph.ts";
import type { TransformerConfig } from "./clip-config.ts";

/** One pre-norm transformer layer of CLIP over `x [batch · tokens, width]`. */
export function clipLayer(
  g: TowerGraph,
  x: string,
  name: string,
  config: TransformerConfig,
  tokens: string,
  mask?: string,
): string {
  const { hidden_size: width, intermediate_size: wide, layer_norm_eps: epsilon } = config;
  const normed = g.layerNorm(x, `${name}.layer_norm1`, width, epsilon);
  const heads = config.num_attention_heads;
  const mixed = attention(g, normed, `${name}.self_attn`, { width, heads, tokens, mask });
  const attended = g.apply("Add", [x, mixed]);
  const again = g.layerNorm(attended, `${name}.layer_norm2`, width, epsilon);
  const bent = activate(g, config.hidden_act, g.linear(again, `${name}.mlp.fc1`, width, wide));
  return g.apply("Add", [attended, g.linear(bent, `${name}.mlp.fc2`, wide, width)]);
}
