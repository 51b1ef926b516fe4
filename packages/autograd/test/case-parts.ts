import type {
  OnnxAttributeDefinition,
  OnnxInitializerDefinition,
  OnnxNodeDefinition,
} from "@megapairs/onnx";

/** The graph of one case: reads the reference's inputs, makes y. */
export interface GradientCase {
  readonly nodes: readonly OnnxNodeDefinition[];
  readonly constants?: readonly OnnxInitializerDefinition[];
  readonly opset?: number;
}

type Attributes = Record<string, OnnxAttributeDefinition>;

/** A node with inputs and outputs as names apart by spaces. */
export const node = (
  op: string,
  inputs: string,
  attributes: Attributes = {},
  outputs = "y",
): OnnxNodeDefinition => ({
  op,
  inputs: inputs === "" ? [] : inputs.split(" "),
  outputs: outputs.split(" "),
  attributes,
});

/** A case of one node. */
export const one = (op: string, inputs = "x", attributes: Attributes = {}): GradientCase => ({
  nodes: [node(op, inputs, attributes)],
});

/** An integer constant. */
export const int64 = (
  name: string,
  values: number[],
  dims: number[] = [values.length],
): OnnxInitializerDefinition => ({
  name,
  dataType: "int64",
  dims,
  data: BigInt64Array.from(values, BigInt),
});

/** A constant of float64. */
export const float64 = (
  name: string,
  values: number[],
  dims: number[] = [values.length],
): OnnxInitializerDefinition => ({
  name,
  dataType: "float64",
  dims,
  data: Float64Array.from(values),
});

/** A constant of float32. */
export const float32 = (
  name: string,
  values: number[],
  dims: number[] = [values.length],
): OnnxInitializerDefinition => ({
  name,
  dataType: "float32",
  dims,
  data: Float32Array.from(values),
});

/** A case with constants. */
export const withConstants = (
  nodes: GradientCase | OnnxNodeDefinition[],
  ...constants: OnnxInitializerDefinition[]
): GradientCase => ({ nodes: Array.isArray(nodes) ? nodes : nodes.nodes, constants });
