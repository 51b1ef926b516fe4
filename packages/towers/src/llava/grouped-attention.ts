import { int } from "@megapairs/onnx";
import type { RotaryAngles } from "../blocks/rotary-embedding.ts";
import { rotate } from "../blocks/rotary-embedding.ts";
import type { TowerGraph } from "../blocks/tower-graph.ts";
import type { DecoderConfig } from "./llava-config.ts";

/** What {@link groupedAttention} works on. */
export interface GroupedAttentionInputs {
  /** Rows that look: all, or those of the last tokens. */
  readonly queries: string;
  /** Rows that are looked at, `[tokens · batch, width]`, tokens outermost. */
  readonly keys: string;
  /** int64 vector of one element: sequences in the batch. */
  readonly batch: string;
  /** Added to the scores: [batch, 1, 1, tokens, tokens]. */
  readonly mask: string;
  readonly angles: RotaryAngles;
  /** True: the last tokens alone look, which is all that the last layer need do. */
  readonly isLast: boolean;
}

/**
 * Causal attention with rotary embeddings, in which groups of heads share keys and values: `q_proj`,
 * `k_proj`, `v_proj`, `o_proj` without biases. The queries of a group are one matrix, so that keys
 * and values are never repeated.
 * Source: Ainslie et al., GQA (arXiv 2305.13245); transformers, `MistralAttention`.
 */
export function groupedAttention(
  g: TowerGraph,
  name: string,
  { queries, keys, batch, mask, angles, isLast }: GroupedAttentionInputs,
  config: DecoderConfig,
): string {
  const { hidden_size: width, num_attention_heads: heads, head_dim: share } = config;
  const keyHeads = config.num_key_value_heads;
  const group = heads / keyHeads;
  const shaped = (x: string, ...sizes: (string | number)[]): string => {
    const parts = sizes.map((size) => (typeof size === "string" ? size : g.ints([size])));
    return g.apply("Reshape", [x, g.apply("Concat", parts, { axis: int(0) })]);
  };
  const part = (x: string, which: string, count: number): string => {
    const projected = g.linear(x, `${name}.${which}`, width, count * share, { bias: false });
    return shaped(projected, -1, batch, count, share);
  };
  const turned = (x: string, by: RotaryAngles): string => rotate(g, x, share, by);
  const lastAngles = isLast ? anglesOfLast(g, angles) : angles;
  const looking = turned(part(queries, "q_proj", heads), lastAngles);
  const grouped = shaped(looking, -1, batch, keyHeads, group, share);
  const flat = g.reshape(g.transpose(grouped, [1, 2, 3, 0, 4]), [0, 0, -1, share]);
  const seen = g.transpose(turned(part(keys, "k_proj", keyHeads), angles), [1, 2, 3, 0]);
  const products = g.apply("MatMul", [flat, seen]);
  const scaled = g.apply("Mul", [products, g.scalar(share ** -0.5)]);
  const tokens = g.size(seen, 3);
  const scores = shaped(scaled, batch, keyHeads, group, -1, tokens);
  const visible = isLast ? lastRow(g, mask, 3) : mask;
  const shares = g.apply("Softmax", [g.apply("Add", [scores, visible])], { axis: int(-1) });
  const rows = shaped(shares, batch, keyHeads, -1, tokens);
  const values = g.transpose(part(keys, "v_proj", keyHeads), [1, 2, 0, 3]);
  const mixed = shaped(g.apply("MatMul", [rows, values]), batch, keyHeads, group, -1, share);
  const joined = g.reshape(g.transpose(mixed, [3, 0, 1, 2, 4]), [-1, heads * share]);
  return g.linear(joined, `${name}.o_proj`, heads * share, width, { bias: false });
}

function anglesOfLast(g: TowerGraph, { cosines, sines }: RotaryAngles): RotaryAngles {
  return { cosines: lastRow(g, cosines, 0), sines: lastRow(g, sines, 0) };
}

function lastRow(g: TowerGraph, x: string, axis: number): string {
  return g.apply("Slice", [x, g.ints([-1]), g.ints([Number.MAX_SAFE_INTEGER]), g.ints([axis])]);
}
