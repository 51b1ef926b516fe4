import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { describeNode } from "../graph/node-attributes.ts";
import { numbersOfTensor } from "../graph/tensor-numbers.ts";

/** A node to go backwards through. */
export interface GradientCall {
  readonly graph: GraphBuilder;
  readonly node: OnnxNodeDefinition;
  /** The loss by each output, as names of values; `undefined` where the loss does not read it. */
  readonly gradients: readonly (string | undefined)[];
}

/** Adds the nodes that compute the loss by one input, and gives the name of the result. */
type InputGradient = () => string;

/**
 * What the loss by each input is, in the inputs' order: `undefined` for inputs without a
 * derivative. Only those that are needed are called.
 */
export type GradientRule = (call: GradientCall) => readonly (InputGradient | undefined)[];

/** Input, output and gradient of a node that the loss reads through its first output alone. */
export function onlyGradient({ node, gradients }: GradientCall): {
  readonly x: string;
  readonly y: string;
  readonly dy: string;
} {
  const [dy, ...others] = gradients;
  if (dy === undefined || others.some((gradient) => gradient !== undefined)) {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(node)} is differentiated through its first output only, and the loss reads another`,
    );
  }
  return { x: node.inputs[0] ?? "", y: node.outputs[0] ?? "", dy };
}

/** Name of an input; `""` where it is left out. */
export function inputName({ node }: GradientCall, index: number): string {
  return node.inputs[index] ?? "";
}

/** Numbers of a constant input; `undefined` where it is left out, `unsupported` where it varies. */
export function constantNumbers(call: GradientCall, index: number): number[] | undefined {
  const name = inputName(call, index);
  if (name === "") return undefined;
  const { constant } = call.graph.value(name);
  const numbers = constant === undefined ? undefined : numbersOfTensor(constant);
  if (numbers !== undefined) return numbers;
  throw new MegaPairsError(
    "unsupported",
    `${describeNode(call.node)} is differentiated with a constant "${name}" only`,
  );
}
