import { int } from "@megapairs/onnx";
import type { TowerGraph } from "./tower-graph.ts";

/** What one attention works on. */
export interface AttentionInputs {
  /** Rows that look, `[looking · batch, width]`, tokens outermost. */
  readonly queries: string;
  /** Rows that are looked at, `[tokens · batch, width]`, tokens outermost. */
  readonly keys: string;
  /** int64 vector of one element: sequences in the batch. */
  readonly batch: string;
  /** Added to the scores `[batch, heads, looking, tokens]`; left out: every token sees all. */
  readonly mask?: string | undefined;
}

/** Size of one attention. */
export interface AttentionSize {
  readonly width: number;
  readonly heads: number;
}

/**
 * Multi-head attention of CLIP: `q_proj`, `k_proj`, `v_proj`, `out_proj`, scores scaled by the root
 * of a head's width. Gives `[looking · batch, width]`.
 *
 * With tokens outermost the heads of a batch are strides of one matrix, so that ONNX Runtime fuses
 * most transpositions into the products.
 */
export function attention(
  g: TowerGraph,
  name: string,
  { queries, keys, batch, mask }: AttentionInputs,
  { width, heads }: AttentionSize,
): string {
  const share = width / heads;
  const scale = share ** -0.5;
  const parted = g.apply("Concat", [g.ints([-1]), batch, g.ints([heads, share])], { axis: int(0) });
  const part = (x: string, which: string, order: readonly number[], factor = 1): string => {
    const projected = g.linear(x, `${name}.${which}`, width, width, { factor });
    return g.transpose(g.apply("Reshape", [projected, parted]), order);
  };
  const looking = part(queries, "q_proj", [1, 2, 0, 3], scale);
  const scores = g.apply("MatMul", [looking, part(keys, "k_proj", [1, 2, 3, 0])]);
  const seen = mask === undefined ? scores : g.apply("Add", [scores, mask]);
  const shares = g.apply("Softmax", [seen], { axis: int(-1) });
  const mixed = g.apply("MatMul", [shares, part(keys, "v_proj", [1, 2, 0, 3])]);
  const joined = g.reshape(g.transpose(mixed, [2, 0, 1, 3]), [-1, width]);
  return g.linear(joined, `${name}.out_proj`, width, width);
}
