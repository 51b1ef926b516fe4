import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { InferredValue } from "../graph/inferred-value.ts";
import { describeNode } from "../graph/node-attributes.ts";
import { numbersOfTensor } from "../graph/tensor-numbers.ts";

/** A node and what is known of its inputs; `undefined` stands for an optional one left out. */
export interface ShapeCall {
  readonly node: OnnxNodeDefinition;
  readonly inputs: readonly (InferredValue | undefined)[];
}

/**
 * What the outputs of a node are. Throws `invalid-argument` where its inputs do not go together,
 * and `unsupported` where the shape depends on values that are known only when the graph runs.
 */
export type ShapeRule = (call: ShapeCall) => readonly InferredValue[];

/** An input that the operator cannot do without. */
export function requiredInput({ node, inputs }: ShapeCall, index: number): InferredValue {
  const input = inputs[index];
  if (input !== undefined) return input;
  throw new MegaPairsError(
    "invalid-argument",
    `${describeNode(node)} has ${node.inputs.length} inputs, expected one at position ${index}`,
  );
}

/** The numbers of a constant input; `undefined` where it is left out. */
export function constantInput(call: ShapeCall, index: number): number[] | undefined {
  const input = call.inputs[index];
  if (input === undefined) return undefined;
  const numbers = input.constant === undefined ? undefined : numbersOfTensor(input.constant);
  if (numbers !== undefined) return numbers;
  throw new MegaPairsError(
    "unsupported",
    `${describeNode(call.node)} takes "${call.node.inputs[index] ?? ""}", which decides its shape and is known only when the graph runs`,
  );
}

/** The numbers of a constant input that the operator cannot do without. */
export function requiredConstant(call: ShapeCall, index: number): number[] {
  requiredInput(call, index);
  return constantInput(call, index) ?? [];
}

/** Throws `invalid-argument` about a node. */
export function refuse({ node }: ShapeCall, problem: string): never {
  throw new MegaPairsError("invalid-argument", `${describeNode(node)} ${problem}`);
}

/** A shape, for messages. */
export function show(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
