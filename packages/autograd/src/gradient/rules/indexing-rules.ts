import { countElements, int, string } from "@megapairs/onnx";
import { frontAxis } from "../../graph/axes.ts";
import { intAttribute } from "../../graph/node-attributes.ts";
import { addAtIndices } from "../add-at-indices.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { inputName, onlyGradient } from "../gradient-rule.ts";

/** `Gather` along any axis, with indices of any shape; those that repeat add up. */
export const gatherRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const indices = inputName(call, 1);
  const shape = g.shape(x);
  const axis = frontAxis(intAttribute(node, "axis", 0), shape.length);
  return [
    () => {
      const count = countElements(g.shape(indices));
      const updates = g.reshape(dy, shape.toSpliced(axis, 1, count));
      return addAtIndices(g, shape, axis, g.reshape(indices, [count]), updates);
    },
  ];
};

/** `GatherElements`. */
export const gatherElementsRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  return [
    () =>
      g.apply("ScatterElements", [g.zeros(g.shape(x), dy), inputName(call, 1), dy], {
        axis: int(intAttribute(node, "axis", 0)),
        reduction: string("add"),
      }),
  ];
};
