import type { OnnxNodeDefinition, OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";

/** `MatMul "/layer/MatMul"`: a node, for messages. */
export function describeNode({ op, name, outputs, domain }: OnnxNodeDefinition): string {
  const operator = domain === undefined || domain === "" ? op : `${domain}.${op}`;
  return `${operator} "${name ?? outputs[0] ?? ""}"`;
}

/** An integer attribute. */
export function intAttribute(node: OnnxNodeDefinition, name: string, fallback: number): number {
  const attribute = node.attributes?.[name];
  if (attribute === undefined) return fallback;
  return attribute.type === "int" ? Number(attribute.value) : wrongType(node, name, "an integer");
}

/** A float attribute. */
export function floatAttribute(node: OnnxNodeDefinition, name: string, fallback: number): number {
  const attribute = node.attributes?.[name];
  if (attribute === undefined) return fallback;
  return attribute.type === "float" ? attribute.value : wrongType(node, name, "a float");
}

/** A text attribute. */
export function stringAttribute(node: OnnxNodeDefinition, name: string, fallback: string): string {
  const attribute = node.attributes?.[name];
  if (attribute === undefined) return fallback;
  return attribute.type === "string" ? attribute.value : wrongType(node, name, "a string");
}

/** A list of integers; `undefined` where the node has none. */
export function intsAttribute(
  node: OnnxNodeDefinition,
  name: string,
): readonly number[] | undefined {
  const attribute = node.attributes?.[name];
  if (attribute === undefined) return undefined;
  return attribute.type === "ints"
    ? attribute.value.map(Number)
    : wrongType(node, name, "a list of integers");
}

/** A tensor attribute; `undefined` where the node has none. */
export function tensorAttribute(node: OnnxNodeDefinition, name: string): OnnxTensor | undefined {
  const attribute = node.attributes?.[name];
  if (attribute === undefined) return undefined;
  return attribute.type === "tensor" ? attribute.value : wrongType(node, name, "a tensor");
}

function wrongType(node: OnnxNodeDefinition, name: string, expected: string): never {
  throw new MegaPairsError(
    "invalid-argument",
    `${describeNode(node)} has an attribute ${name} of type ${node.attributes?.[name]?.type}, expected ${expected}`,
  );
}
