import { int } from "@megapairs/onnx";
import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { intsAttribute } from "./node-attributes.ts";

/** Operators whose axes moved from an attribute to an input with operator set 18. */
const REDUCTIONS = new Set([
  "ReduceL1",
  "ReduceL2",
  "ReduceLogSum",
  "ReduceLogSumExp",
  "ReduceMax",
  "ReduceMean",
  "ReduceMin",
  "ReduceProd",
  "ReduceSumSquare",
]);

/**
 * A node of operator set 13 to 17 as operator set 18 writes it, so that rules know one form only.
 * `ints` makes a constant of integers and gives its name. Source: onnx/docs/Changelog.md.
 */
export function currentForm(
  node: OnnxNodeDefinition,
  ints: (values: readonly number[]) => string,
): OnnxNodeDefinition {
  if (REDUCTIONS.has(node.op)) {
    const axes = intsAttribute(node, "axes");
    if (axes === undefined) return node;
    const { axes: _, ...attributes } = node.attributes ?? {};
    return { ...node, attributes, inputs: [node.inputs[0] ?? "", ints(axes)] };
  }
  if (node.op === "Split" && (node.inputs[1] ?? "") === "") {
    const attributes = { num_outputs: int(node.outputs.length), ...node.attributes };
    return { ...node, attributes };
  }
  return node;
}
