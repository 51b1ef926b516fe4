import { countElements, int } from "@megapairs/onnx";
import { sameShape } from "../../graph/axes.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { intAttribute } from "../../graph/node-attributes.ts";
import { reducedAxes } from "../../shape/reduction-shapes.ts";
import type { GradientCall, GradientRule } from "../gradient-rule.ts";
import { inputName, onlyGradient } from "../gradient-rule.ts";

/** Axes that a reduction goes over, and its input's shape with those axes kept as 1. */
function reduction({ graph, node }: GradientCall): { axes: number[]; kept: number[] } {
  const inputs = node.inputs.map((name) => (name === "" ? undefined : graph.value(name)));
  const axes = reducedAxes({ node, inputs });
  const shape = inputs[0]?.shape ?? [];
  return { axes, kept: shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) };
}

function expand(g: GraphBuilder, name: string, shape: readonly number[]): string {
  if (sameShape(g.shape(name), shape)) return name;
  return g.apply("Expand", [name, g.ints(shape)]);
}

/** `ReduceSum`. */
export const sumRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g } = call;
  return [() => expand(g, g.reshape(dy, reduction(call).kept), g.shape(x))];
};

/** `ReduceMean`. */
export const meanRule: GradientRule = (call) => {
  const { x, y, dy } = onlyGradient(call);
  const { graph: g } = call;
  const count = countElements(g.shape(x)) / countElements(g.shape(y));
  return [
    () => {
      const share = g.apply("Mul", [dy, g.scalar(1 / count, dy)]);
      return expand(g, g.reshape(share, reduction(call).kept), g.shape(x));
    },
  ];
};

/** `ReduceMax` and `ReduceMin`: elements that tie for the extreme share the gradient equally. */
export const extremeRule: GradientRule = (call) => {
  const { x, y, dy } = onlyGradient(call);
  const { graph: g } = call;
  return [
    () => {
      const { axes, kept } = reduction(call);
      const hits = g.apply("CastLike", [g.apply("Equal", [x, g.reshape(y, kept)]), x]);
      const ties = g.apply("ReduceSum", [hits, g.ints(axes)], { keepdims: int(1) });
      return g.apply("Mul", [hits, g.apply("Div", [g.reshape(dy, kept), ties])]);
    },
  ];
};

/** `ReduceL2`: x over its norm; 0 for a norm of 0, where there is no derivative. */
export const lengthRule: GradientRule = (call) => {
  const { x, y, dy } = onlyGradient(call);
  const { graph: g } = call;
  return [
    () => {
      const { kept } = reduction(call);
      const zero = g.scalar(0, y);
      const share = g.apply("Div", [dy, y]);
      const safe = g.apply("Where", [g.apply("Equal", [y, zero]), zero, share]);
      return g.apply("Mul", [x, g.reshape(safe, kept)]);
    },
  ];
};

/** `CumSum`: the sums of the gradient from the other end. */
export const runningSumRule: GradientRule = (call) => {
  const { dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const reverse = int(1 - intAttribute(node, "reverse", 0));
  return [() => g.apply("CumSum", [dy, inputName(call, 1)], { ...node.attributes, reverse })];
};
