import type {
  OnnxAttributeDefinition,
  OnnxGraphDefinition,
  OnnxNodeDefinition,
  OnnxTensor,
} from "@megapairs/onnx";
import { int, ints, string } from "@megapairs/onnx";

/** Nodes and constants that belong together, to be joined with others into a graph. */
export interface GraphParts {
  readonly nodes: readonly OnnxNodeDefinition[];
  readonly initializers: OnnxGraphDefinition["initializers"];
}

/** A node with one output. Attributes that are numbers are written as ONNX integers. */
export function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number | readonly number[] | string>> = {},
): OnnxNodeDefinition {
  return {
    op,
    inputs,
    outputs: [output],
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, attribute(value)]),
    ),
  };
}

/** A float32 constant. */
export function constant(
  name: string,
  dims: readonly number[],
  data: readonly number[],
): OnnxTensor & { readonly name: string } {
  return { name, dataType: "float32", dims, data: Float32Array.from(data) };
}

/** An int64 constant: axes, pads. */
export function integers(
  name: string,
  data: readonly number[],
): OnnxTensor & { readonly name: string } {
  return { name, dataType: "int64", dims: [data.length], data: BigInt64Array.from(data, BigInt) };
}

function attribute(value: number | readonly number[] | string): OnnxAttributeDefinition {
  if (typeof value === "string") return string(value);
  return typeof value === "number" ? int(value) : ints(value);
}
