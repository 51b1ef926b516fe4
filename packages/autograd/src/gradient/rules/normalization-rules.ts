import { countElements, int } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { frontAxis, range } from "../../graph/axes.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { describeNode, floatAttribute, intAttribute } from "../../graph/node-attributes.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { inputName, onlyGradient } from "../gradient-rule.ts";
import { sumToShape } from "../sum-to-shape.ts";

/** `Softmax`. */
export const softmaxRule: GradientRule = (call) => {
  const { x, y, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const axis = frontAxis(intAttribute(node, "axis", -1), g.shape(x).length);
  return [
    () => {
      const mean = sumOver(g, g.apply("Mul", [dy, y]), [axis]);
      return g.apply("Mul", [y, g.apply("Sub", [dy, mean])]);
    },
  ];
};

/** `LogSoftmax`. */
export const logSoftmaxRule: GradientRule = (call) => {
  const { x, y, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const axis = frontAxis(intAttribute(node, "axis", -1), g.shape(x).length);
  return [
    () => {
      const share = g.apply("Mul", [g.apply("Exp", [y]), sumOver(g, dy, [axis])]);
      return g.apply("Sub", [dy, share]);
    },
  ];
};

/**
 * `LayerNormalization`. Mean and deviation are computed again: the node gives them as float32 even
 * where it works in float64.
 */
export const layerNormalizationRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const [scale, bias] = [inputName(call, 1), inputName(call, 2)];
  const shape = g.shape(x);
  const axes = range(shape.length).slice(frontAxis(intAttribute(node, "axis", -1), shape.length));
  const share = g.scalar(1 / countElements(axes.map((axis) => shape[axis] ?? 1)), x);
  const mean = (name: string): string => g.apply("Mul", [sumOver(g, name, axes), share]);
  const epsilon = g.scalar(floatAttribute(node, "epsilon", 1e-5), x);
  const centred = g.apply("Sub", [x, mean(x)]);
  const variance = mean(g.apply("Mul", [centred, centred]));
  const deviation = g.apply("Sqrt", [g.apply("Add", [variance, epsilon])]);
  const normal = g.apply("Div", [centred, deviation]);
  return [
    () => {
      const dn = g.apply("Mul", [dy, scale]);
      const along = g.apply("Mul", [normal, mean(g.apply("Mul", [dn, normal]))]);
      const across = g.apply("Sub", [g.apply("Sub", [dn, mean(dn)]), along]);
      return g.apply("Div", [across, deviation]);
    },
    () => sumToShape(g, g.apply("Mul", [dy, normal]), g.shape(scale)),
    () => sumToShape(g, dy, g.shape(bias)),
  ];
};

/** `RMSNormalization`. */
export const rootMeanSquareRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const scale = inputName(call, 1);
  const shape = g.shape(x);
  const axes = range(shape.length).slice(frontAxis(intAttribute(node, "axis", -1), shape.length));
  const share = g.scalar(1 / countElements(axes.map((axis) => shape[axis] ?? 1)), x);
  const mean = (name: string): string => g.apply("Mul", [sumOver(g, name, axes), share]);
  const epsilon = g.scalar(floatAttribute(node, "epsilon", 1e-5), x);
  const square = mean(g.apply("Mul", [x, x]));
  const length = g.apply("Sqrt", [g.apply("Add", [square, epsilon])]);
  const normal = g.apply("Div", [x, length]);
  return [
    () => {
      const dn = g.apply("Mul", [dy, scale]);
      const along = g.apply("Mul", [normal, mean(g.apply("Mul", [dn, normal]))]);
      return g.apply("Div", [g.apply("Sub", [dn, along]), length]);
    },
    () => sumToShape(g, g.apply("Mul", [dy, normal]), g.shape(scale)),
  ];
};

/** `BatchNormalization` by given means and variances, which have no gradient; `unsupported` in training mode. */
export const batchNormalizationRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  if (intAttribute(node, "training_mode", 0) !== 0) {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(node)} is in training mode, expected its inference form`,
    );
  }
  const shape = g.shape(x);
  const kept = shape.map((size, axis) => (axis === 1 ? size : 1));
  const [scale = "", , mean = "", variance = ""] = node.inputs
    .slice(1)
    .map((name) => g.reshape(name, kept));
  const epsilon = g.scalar(floatAttribute(node, "epsilon", 1e-5), x);
  const deviation = g.apply("Sqrt", [g.apply("Add", [variance, epsilon])]);
  const sum = (name: string): string => g.reshape(sumToShape(g, name, kept), [shape[1] ?? 1]);
  return [
    () => g.apply("Mul", [dy, g.apply("Div", [scale, deviation])]),
    () => {
      const normal = g.apply("Div", [g.apply("Sub", [x, mean]), deviation]);
      return sum(g.apply("Mul", [dy, normal]));
    },
    () => sum(dy),
  ];
};

function sumOver(g: GraphBuilder, name: string, axes: readonly number[]): string {
  return g.apply("ReduceSum", [name, g.ints(axes)], { keepdims: int(1) });
}
