import { createOnnxTensor, int, ints } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { AttentionSettings } from "../../graph/attention-settings.ts";
import { attentionSettings } from "../../graph/attention-settings.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { describeNode } from "../../graph/node-attributes.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { inputName, onlyGradient } from "../gradient-rule.ts";
import { sumToShape } from "../sum-to-shape.ts";
import { swapLastAxes } from "../swap-last-axes.ts";

/**
 * `Attention` without caches: softmax(scale · q kᵀ + mask) v for each head, heads of keys and values
 * shared by groups of query heads. Shares of attention are computed again, not kept.
 */
export const attentionRule: GradientRule = (call) => {
  const { dy: given } = onlyGradient(call);
  const { graph: g, node } = call;
  const shapes = node.inputs.map((name) => (name === "" ? [] : g.shape(name)));
  const settings = attentionSettings(node, shapes);
  const { batch, queryHeads, keyHeads, queries, keys, width, valueWidth, scale } = settings;
  const apart = (name: string, heads: number, places: number, size: number): string => {
    if (!settings.isPacked) return name;
    const split = g.reshape(name, [batch, places, heads, size]);
    return g.apply("Transpose", [split], { perm: ints([0, 2, 1, 3]) });
  };
  const together = (name: string, shape: readonly number[]): string => {
    if (!settings.isPacked) return name;
    return g.reshape(g.apply("Transpose", [name], { perm: ints([0, 2, 1, 3]) }), shape);
  };
  const forEachQuery = (name: string, size: number): string => {
    const group = queryHeads / keyHeads;
    if (group === 1) return name;
    const shape = [batch, keyHeads, group, keys, size];
    const repeated = g.apply("Expand", [
      g.reshape(name, [batch, keyHeads, 1, keys, size]),
      g.ints(shape),
    ]);
    return g.reshape(repeated, [batch, queryHeads, keys, size]);
  };
  const overGroups = (name: string, size: number): string => {
    const split = g.reshape(name, [batch, keyHeads, queryHeads / keyHeads, keys, size]);
    const sum = sumToShape(g, split, [batch, keyHeads, 1, keys, size]);
    return g.reshape(sum, [batch, keyHeads, keys, size]);
  };

  const q = apart(inputName(call, 0), queryHeads, queries, width);
  const k = forEachQuery(apart(inputName(call, 1), keyHeads, keys, width), width);
  const v = forEachQuery(apart(inputName(call, 2), keyHeads, keys, valueWidth), valueWidth);
  const mask = inputName(call, 3);
  const dy = apart(given, queryHeads, queries, valueWidth);
  const shares = attentionShares(call, settings, q, k, mask);
  const scoreGradient = (): string => {
    const byShares = g.apply("MatMul", [dy, swapLastAxes(g, v)]);
    const weighted = g.apply("Mul", [byShares, shares]);
    const mean = g.apply("ReduceSum", [weighted, g.ints([-1])], { keepdims: int(1) });
    return g.apply("Mul", [shares, g.apply("Sub", [byShares, mean])]);
  };
  const scaled = (name: string): string => g.apply("Mul", [name, g.scalar(scale, name)]);
  return [
    () => together(g.apply("MatMul", [scaled(scoreGradient()), k]), shapes[0] ?? []),
    () => {
      const byKey = g.apply("MatMul", [swapLastAxes(g, scaled(scoreGradient())), q]);
      return together(overGroups(byKey, width), shapes[1] ?? []);
    },
    () => {
      const byValue = g.apply("MatMul", [swapLastAxes(g, shares), dy]);
      return together(overGroups(byValue, valueWidth), shapes[2] ?? []);
    },
    () => sumToShape(g, scoreGradient(), shapes[3] ?? []),
  ];
};

/**
 * How much of each value each query takes: [batch, heads, queries, keys], rows of sum 1, or 0 for a
 * query that sees no key.
 */
function attentionShares(
  call: Parameters<GradientRule>[0],
  settings: AttentionSettings,
  q: string,
  k: string,
  mask: string,
): string {
  const { graph: g, node } = call;
  const products = g.apply("MatMul", [q, swapLastAxes(g, k)]);
  const scores = g.apply("Mul", [products, g.scalar(settings.scale, products)]);
  const dataType = mask === "" ? undefined : g.value(mask).dataType;
  const isAdded = dataType === g.value(scores).dataType;
  if (dataType !== undefined && dataType !== "bool" && !isAdded) {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(node)} has a mask of ${dataType}, expected bool or the type of its queries`,
    );
  }
  const biased = isAdded ? g.apply("Add", [scores, mask]) : scores;
  const causal = settings.isCausal ? [causalMask(g, settings)] : [];
  const seen = [...(dataType === "bool" ? [mask] : []), ...causal];
  if (seen.length === 0) return g.apply("Softmax", [biased]);
  const isSeen = seen.reduce((both, one) => g.apply("And", [both, one]));
  const lowest = g.scalar(-3.4e38, scores);
  const shares = g.apply("Softmax", [g.apply("Where", [isSeen, biased, lowest])]);
  return g.apply("Where", [isSeen, shares, g.scalar(0, scores)]);
}

/** True where a key is not behind the query: [queries, keys]. */
function causalMask(g: GraphBuilder, { queries, keys }: AttentionSettings): string {
  const yes = g.constant(createOnnxTensor("bool", Uint8Array.of(1), []));
  const all = g.apply("Expand", [yes, g.ints([queries, keys])]);
  return g.apply("Trilu", [all], { upper: int(0) });
}
