import { int, ints } from "@megapairs/onnx";
import { frontAxis, range } from "../../graph/axes.ts";
import { intAttribute, intsAttribute } from "../../graph/node-attributes.ts";
import type { AxisSlice } from "../../graph/slice-axes.ts";
import { sliceAxes } from "../../graph/slice-axes.ts";
import { addAtIndices } from "../add-at-indices.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { constantNumbers, onlyGradient } from "../gradient-rule.ts";
import { sumToShape } from "../sum-to-shape.ts";

/** Operators that give the same elements another shape. */
export const reshapeRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  return [() => call.graph.reshape(dy, call.graph.shape(x))];
};

/** `Transpose`. */
export const transposeRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const order = intsAttribute(node, "perm") ?? range(g.shape(x).length).toReversed();
  const back = order.map((_, axis) => order.indexOf(axis));
  return [() => g.apply("Transpose", [dy], { perm: ints(back) })];
};

/** `Expand`. */
export const expandRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  return [() => sumToShape(call.graph, dy, call.graph.shape(x))];
};

/** `Tile`: the sum over the repeats. */
export const tileRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g } = call;
  return [
    () => {
      const shape = g.shape(x);
      const repeats = constantNumbers(call, 1) ?? [];
      const apart = g.reshape(
        dy,
        shape.flatMap((size, axis) => [repeats[axis] ?? 1, size]),
      );
      const axes = g.ints(range(shape.length).map((axis) => 2 * axis));
      return g.apply("ReduceSum", [apart, axes], { keepdims: int(0) });
    },
  ];
};

/** `Trilu`: the same triangle. */
export const triangleRule: GradientRule = (call) => {
  const { dy } = onlyGradient(call);
  const { graph: g, node } = call;
  return [() => g.apply("Trilu", [dy, ...node.inputs.slice(1)], node.attributes)];
};

/** `Concat`: each input has its part. */
export const concatRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const axis = frontAxis(intAttribute(node, "axis", 0), g.shape(x).length);
  const sizes = node.inputs.map((input) => g.shape(input)[axis] ?? 0);
  return sizes.map((size, index) => () => {
    const start = sizes.slice(0, index).reduce((sum, one) => sum + one, 0);
    return g.apply("Slice", [dy, g.ints([start]), g.ints([start + size]), g.ints([axis])]);
  });
};

/** `Split`: parts that the loss does not read count as zeros. */
export const splitRule: GradientRule = ({ graph: g, node, gradients }) => {
  const axis = frontAxis(intAttribute(node, "axis", 0), g.shape(node.inputs[0] ?? "").length);
  return [
    () => {
      const parts = node.outputs.map(
        (output, index) => gradients[index] ?? g.zeros(g.shape(output), output),
      );
      return g.apply("Concat", parts, { axis: int(axis) });
    },
  ];
};

/** `Slice`: zeros around, and between where the step is not 1. */
export const sliceRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g } = call;
  return [
    () => {
      const shape = g.shape(x);
      const slices = sliceAxes(
        shape,
        constantNumbers(call, 1) ?? [],
        constantNumbers(call, 2) ?? [],
        constantNumbers(call, 3),
        constantNumbers(call, 4),
      );
      let gradient = dy;
      slices.forEach((slice, axis) => {
        if (slice.step === 1) return;
        const sizes = g
          .shape(gradient)
          .map((size, at) => (at === axis ? (shape[axis] ?? 0) : size));
        gradient = addAtIndices(g, sizes, axis, g.ints(positions(slice)), gradient);
      });
      const rest = slices.map((slice, axis) =>
        slice.step === 1 ? slice : { start: 0, step: 1, count: shape[axis] ?? 0 },
      );
      const after = rest.map(({ start, count }, axis) => (shape[axis] ?? 0) - start - count);
      const pads = [...rest.map(({ start }) => start), ...after];
      if (pads.every((pad) => pad === 0)) return gradient;
      return g.apply("Pad", [gradient, g.ints(pads), g.scalar(0, gradient)]);
    },
  ];
};

function positions({ start, step, count }: AxisSlice): number[] {
  return range(count).map((index) => start + index * step);
}
