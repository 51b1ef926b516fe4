import { int } from "@megapairs/onnx";
import type { TowerGraph } from "./tower-graph.ts";

/** Shape and kind of one attention. */
export interface AttentionSettings {
  readonly width: number;
  readonly heads: number;
  /** int64 vector of one element: tokens of a row. */
  readonly tokens: string;
  /** Added to the scores [batch, heads, tokens, tokens]; left out: every token sees all. */
  readonly mask?: string | undefined;
}

/**
 * Multi-head self-attention of CLIP, over `x [batch · tokens, width]`: `q_proj`, `k_proj`, `v_proj`,
 * `out_proj`, scores scaled by the root of a head's width.
 */
export function attention(
  g: TowerGraph,
  x: string,
  name: string,
  { width, heads, tokens, mask }: AttentionSettings,
): string {
  const share = width / heads;
  const parted = g.apply("Concat", [g.ints([-1]), tokens, g.ints([heads]), g.ints([share])], {
    axis: int(0),
  });
  const head = (which: string, order: readonly number[]): string => {
    const projected = g.linear(x, `${name}.${which}`, width, width);
    return g.transpose(g.apply("Reshape", [projected, parted]), order);
  };
  const queries = g.apply("Mul", [head("q_proj", [0, 2, 1, 3]), g.scalar(share ** -0.5)]);
  const keys = head("k_proj", [0, 2, 3, 1]);
  const scores = g.apply("MatMul", [queries, keys]);
  const seen = mask === undefined ? scores : g.apply("Add", [scores, mask]);
  const weights = g.apply("Softmax", [seen], { axis: int(-1) });
  const mixed = g.apply("MatMul", [weights, head("v_proj", [0, 2, 1, 3])]);
  const joined = g.reshape(g.transpose(mixed, [0, 2, 1, 3]), [-1, width]);
  return g.linear(joined, `${name}.out_proj`, width, width);
}
