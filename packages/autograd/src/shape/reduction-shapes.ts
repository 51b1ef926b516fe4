import { frontAxis, range } from "../graph/axes.ts";
import { intAttribute } from "../graph/node-attributes.ts";
import type { ShapeCall, ShapeRule } from "./shape-rule.ts";
import { constantInput, requiredInput } from "./shape-rule.ts";

/** The axes that a `Reduce…` node of operator set 18 goes over. */
export function reducedAxes(call: ShapeCall): number[] {
  const { shape } = requiredInput(call, 0);
  const axes = constantInput(call, 1) ?? [];
  if (axes.length > 0) return axes.map((axis) => frontAxis(axis, shape.length));
  return intAttribute(call.node, "noop_with_empty_axes", 0) === 1 ? [] : range(shape.length);
}

/** `Reduce…`: the axes become 1, or go. */
export const reducing: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const axes = reducedAxes(call);
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const left = shape.filter((_, axis) => !axes.includes(axis));
  return [{ dataType, shape: intAttribute(call.node, "keepdims", 1) === 1 ? kept : left }];
};

/** `LayerNormalization`: the result, and where asked for mean and inverse deviation. */
export const normalizing: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const axis = frontAxis(intAttribute(call.node, "axis", -1), shape.length);
  const kept = shape.map((size, index) => (index < axis ? size : 1));
  const statistics = { dataType: "float32", shape: kept } as const;
  return [{ dataType, shape }, statistics, statistics];
};
