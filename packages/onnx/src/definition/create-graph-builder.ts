import { int, ints } from "./attributes.ts";
import { createOnnxTensor } from "./create-onnx-tensor.ts";
import type {
  OnnxAttributeDefinition,
  OnnxInitializerDefinition,
  OnnxModelDefinition,
  OnnxNodeDefinition,
  OnnxValueDefinition,
} from "./onnx-model-definition.ts";
import type { OnnxDataType } from "./onnx-tensor.ts";

/** A graph in the making: each call adds something and gives the name of its value. */
export interface OnnxGraphBuilder {
  /** Adds an input; asking for one of the same name again gives it again. */
  input(name: string, dataType: OnnxDataType, shape: readonly (number | string)[]): string;
  /** Adds a node with one output and makes up its name, unless one is given. */
  apply(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttributeDefinition>>,
    output?: string,
  ): string;
  /** A constant int64 vector; equal ones are shared. */
  ints(values: readonly number[]): string;
  /** A constant float32 of no axes; equal ones are shared. */
  scalar(value: number): string;
  /** A constant by name. */
  constant(initializer: OnnxInitializerDefinition): string;
  /** `Reshape` to constant sizes: 0 copies one, -1 is what remains. */
  reshape(value: string, shape: readonly number[]): string;
  /** `Transpose`. */
  transpose(value: string, order: readonly number[]): string;
  /** Size of one axis, as an int64 vector of one element. */
  size(value: string, axis: number): string;
  /** The model with these outputs. */
  finish(
    name: string,
    outputs: readonly OnnxValueDefinition[],
    metadata?: Readonly<Record<string, string>>,
  ): OnnxModelDefinition;
}

/** Starts a graph of ONNX's own operator set, of version 18 unless asked otherwise. */
export function createGraphBuilder(opset = 18): OnnxGraphBuilder {
  const inputs = new Map<string, OnnxValueDefinition>();
  const nodes: OnnxNodeDefinition[] = [];
  const initializers = new Map<string, OnnxInitializerDefinition>();

  const builder: OnnxGraphBuilder = {
    input(name, dataType, shape) {
      if (!inputs.has(name)) inputs.set(name, { name, dataType, shape });
      return name;
    },
    apply(op, from, attributes, output = `${op}_${nodes.length}`) {
      nodes.push({ op, inputs: from, outputs: [output], ...(attributes && { attributes }) });
      return output;
    },
    ints: (values) =>
      builder.constant({
        name: `ints ${values.join(" ")}`,
        ...createOnnxTensor("int64", BigInt64Array.from(values, BigInt)),
      }),
    scalar: (value) =>
      builder.constant({
        name: `scalar ${value}`,
        ...createOnnxTensor("float32", Float32Array.of(value), []),
      }),
    constant(initializer) {
      if (!initializers.has(initializer.name)) initializers.set(initializer.name, initializer);
      return initializer.name;
    },
    reshape: (value, shape) => builder.apply("Reshape", [value, builder.ints(shape)]),
    transpose: (value, order) => builder.apply("Transpose", [value], { perm: ints(order) }),
    size: (value, axis) =>
      builder.apply("Shape", [value], { start: int(axis), end: int(axis + 1) }),
    finish: (name, outputs, metadata) => ({
      name,
      opset,
      inputs: [...inputs.values()],
      outputs,
      nodes,
      initializers: [...initializers.values()],
      ...(metadata && { metadata }),
    }),
  };
  return builder;
}
