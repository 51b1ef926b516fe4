import { countElements, int, string } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { frontAxis } from "../../graph/axes.ts";
import { rowMajorStrides } from "../../graph/row-major-strides.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { describeNode, intAttribute } from "../../graph/node-attributes.ts";
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

/** `GatherND` without batch axes: positions become one number each, counted row-major. */
export const gatherPositionsRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  if (intAttribute(node, "batch_dims", 0) !== 0) {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(node)} has batch_dims, expected a GatherND without`,
    );
  }
  return [
    () => {
      const shape = g.shape(x);
      const indices = inputName(call, 1);
      const [addressed = 0, ...counts] = g.shape(indices).toReversed();
      const count = countElements(counts);
      const rest = countElements(shape.slice(addressed));
      const positions = flatPositions(g, indices, shape.slice(0, addressed));
      const rows = [countElements(shape.slice(0, addressed)), rest];
      const updates = g.reshape(dy, [count, rest]);
      return g.reshape(addAtIndices(g, rows, 0, g.reshape(positions, [count]), updates), shape);
    },
  ];
};

function flatPositions(g: GraphBuilder, indices: string, shape: readonly number[]): string {
  const isBehind = g.apply("Less", [indices, g.scalar(0, indices)]);
  const fromFront = g.apply("Add", [indices, g.ints(shape)]);
  const front = g.apply("Where", [isBehind, fromFront, indices]);
  const weighted = g.apply("Mul", [front, g.ints(rowMajorStrides(shape))]);
  return g.apply("ReduceSum", [weighted, g.ints([-1])], { keepdims: int(0) });
}
