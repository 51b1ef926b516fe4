import { countElements } from "@megapairs/onnx";
import type { OnnxNodeDefinition, OnnxTensor } from "@megapairs/onnx";
import type { InferredValue } from "../graph/inferred-value.ts";
import { holdsNumbers, numbersOfTensor, tensorOfNumbers } from "../graph/tensor-numbers.ts";
import { shapeBounds } from "../shape/constant-shapes.ts";
import type { FoldedInput } from "./fold-rules.ts";
import { FOLD_RULES } from "./fold-rules.ts";

const MOST_ELEMENTS = 4096;

/**
 * The output of a node that depends on constants and shapes only, so that a chain of Shape, Gather,
 * Concat and Reshape leaves nothing to run. `undefined` where it does not, or is too large to be a
 * shape or mask (over 4096 elements).
 */
export function foldConstant(
  node: OnnxNodeDefinition,
  values: ReadonlyMap<string, InferredValue>,
): OnnxTensor | undefined {
  const output = values.get(node.outputs[0] ?? "");
  if (output === undefined || node.outputs.length !== 1) return undefined;
  if (output.constant !== undefined) return output.constant;
  if (node.op === "Shape") {
    const sizes = values.get(node.inputs[0] ?? "")?.shape.slice(...shapeBounds({ node })) ?? [];
    return tensorOfNumbers("int64", [sizes.length], sizes);
  }
  if (node.op === "Size") {
    const { shape } = values.get(node.inputs[0] ?? "") ?? output;
    return tensorOfNumbers("int64", [], [countElements(shape)]);
  }
  const rule = FOLD_RULES.get(node.op);
  if (rule === undefined || !isSmall(output.shape) || !holdsNumbers(output.dataType)) {
    return undefined;
  }
  const inputs: FoldedInput[] = [];
  for (const name of node.inputs) {
    const { shape, constant } = values.get(name) ?? {};
    if (shape === undefined || constant === undefined || !isSmall(shape)) return undefined;
    const numbers = numbersOfTensor(constant);
    if (numbers === undefined) return undefined;
    inputs.push({ shape, numbers });
  }
  return tensorOfNumbers(output.dataType, output.shape, rule({ node, inputs, output }));
}

function isSmall(shape: readonly number[]): boolean {
  return countElements(shape) <= MOST_ELEMENTS;
}
