import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { InferredValue } from "../graph/inferred-value.ts";
import { describeNode } from "../graph/node-attributes.ts";
import { SHAPE_RULES } from "./shape-rules.ts";

/**
 * What a node's outputs are, or the reason why that cannot be told. Throws `invalid-argument` where
 * its inputs do not go together.
 */
export function inferNode(
  node: OnnxNodeDefinition,
  inputs: readonly (InferredValue | undefined)[],
): { readonly values: readonly InferredValue[] } | { readonly reason: string } {
  const rule = (node.domain ?? "") === "" ? SHAPE_RULES.get(node.op) : undefined;
  if (rule === undefined) return { reason: `${describeNode(node)} has no shape rule` };
  try {
    return { values: rule({ node, inputs }) };
  } catch (error) {
    if (!MegaPairsError.isInstance(error)) throw error;
    if (error.code === "unsupported") return { reason: error.message };
    const subject = describeNode(node);
    if (error.message.startsWith(subject)) throw error;
    throw new MegaPairsError(error.code, `${subject}: ${error.message}`, { cause: error });
  }
}
