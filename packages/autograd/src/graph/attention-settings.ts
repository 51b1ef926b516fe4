import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { describeNode, floatAttribute, intAttribute } from "./node-attributes.ts";

/** What an `Attention` node of operator set 23 or later computes. */
export interface AttentionSettings {
  readonly batch: number;
  readonly queryHeads: number;
  /** Heads of keys and values; each serves `queryHeads / keyHeads` neighbouring heads of queries. */
  readonly keyHeads: number;
  readonly queries: number;
  readonly keys: number;
  /** Numbers of a query or key, for each head. */
  readonly width: number;
  /** Numbers of a value, for each head. */
  readonly valueWidth: number;
  readonly scale: number;
  /** True where a query sees the keys up to its own place only, counted from the first of both. */
  readonly isCausal: boolean;
  /** True where inputs and output are [batch, places, heads · width], else [batch, heads, places, width]. */
  readonly isPacked: boolean;
}

/**
 * Settings of an `Attention` node on inputs of these shapes. Throws `invalid-argument` where they do
 * not fit, `unsupported` for caches of keys and values and for capped scores.
 */
export function attentionSettings(
  node: OnnxNodeDefinition,
  shapes: readonly (readonly number[])[],
): AttentionSettings {
  const [query = [], key = [], value = []] = shapes;
  const further = node.inputs.slice(4).some((name) => name !== "");
  if (further || floatAttribute(node, "softcap", 0) !== 0) {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(node)} has a cache, lengths or softcap, expected none of them`,
    );
  }
  const isPacked = query.length === 3;
  const heads = (shape: readonly number[], attribute: string): number =>
    isPacked ? intAttribute(node, attribute, 0) : (shape[1] ?? 0);
  const queryHeads = heads(query, "q_num_heads");
  const keyHeads = heads(key, "kv_num_heads");
  const widthOf = (shape: readonly number[], count: number): number =>
    (shape.at(-1) ?? 0) / (isPacked ? count : 1);
  const width = widthOf(query, queryHeads);
  const valueWidth = widthOf(value, keyHeads);
  const isWhole = [queryHeads / keyHeads, width, valueWidth].every(Number.isInteger);
  const ranks = new Set([query, key, value].map(({ length }) => length));
  const hasRanks = ranks.size === 1 && (isPacked || query.length === 4);
  const isMatched = widthOf(key, keyHeads) === width && key.at(-2) === value.at(-2);
  if (!isWhole || !hasRanks || !isMatched) {
    const found = shapes.slice(0, 3).map((shape) => `[${shape.join(", ")}]`);
    throw new MegaPairsError(
      "invalid-argument",
      `${describeNode(node)} has queries, keys and values ${found.join(", ")} in ${queryHeads} and ${keyHeads} heads, which do not fit`,
    );
  }
  return {
    batch: query[0] ?? 0,
    queryHeads,
    keyHeads,
    queries: query.at(-2) ?? 0,
    keys: key.at(-2) ?? 0,
    width,
    valueWidth,
    scale: floatAttribute(node, "scale", width ** -0.5),
    isCausal: intAttribute(node, "is_causal", 0) === 1,
    isPacked,
  };
}
