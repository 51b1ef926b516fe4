import type {
  OnnxAttributeDefinition,
  OnnxInitializerDefinition,
  OnnxNodeDefinition,
  OnnxTensor,
} from "@megapairs/onnx";
import { countElements } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { foldConstant } from "../fold/fold-constant.ts";
import { inferNode } from "../shape/infer-node.ts";
import { range, sameShape } from "./axes.ts";
import { currentForm } from "./current-form.ts";
import type { InferredValue } from "./inferred-value.ts";
import { describeNode } from "./node-attributes.ts";
import { tensorOfNumbers } from "./tensor-numbers.ts";

/** A graph that grows node by node and knows the data type and shape of each of its values. */
export interface GraphBuilder {
  /** In order; nodes whose result is constant are not among them. */
  readonly nodes: readonly OnnxNodeDefinition[];
  readonly initializers: ReadonlyMap<string, OnnxInitializerDefinition>;
  readonly values: ReadonlyMap<string, InferredValue>;
  /** Adds an input. */
  declare(name: string, value: InferredValue): void;
  initialize(initializer: OnnxInitializerDefinition): void;
  /** Adds a node that names its own outputs. */
  append(node: OnnxNodeDefinition): void;
  /** Adds a node with one output, and gives the name made up for it. */
  apply(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttributeDefinition>>,
  ): string;
  /** Adds a node with several outputs, and gives the names made up for them. */
  applyTo(
    count: number,
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttributeDefinition>>,
  ): readonly string[];
  /** What is known of a value; `unsupported` with the reason where nothing is. */
  value(name: string): InferredValue;
  shape(name: string): readonly number[];
  constant(tensor: OnnxTensor): string;
  /** A constant vector of int64, as shapes and axes are given. */
  ints(values: readonly number[]): string;
  /** A constant of no axes, of the data type that another value has. */
  scalar(value: number, like: string): string;
  /** The value in another shape; itself where it has that one. */
  reshape(name: string, shape: readonly number[]): string;
  /** A constant of zeros, as a node: it takes no room in the file. */
  zeros(shape: readonly number[], like: string): string;
}

/** Makes an empty {@link GraphBuilder}; names that it makes up begin with `prefix`. */
export function createGraphBuilder(prefix: string): GraphBuilder {
  const nodes: OnnxNodeDefinition[] = [];
  const initializers = new Map<string, OnnxInitializerDefinition>();
  const values = new Map<string, InferredValue>();
  const unknown = new Map<string, string>();
  const constants = new Map<string, string>();
  let made = 0;
  const makeName = (label: string): string => `${prefix}/${label}_${made++}`;

  const builder: GraphBuilder = {
    nodes,
    initializers,
    values,
    declare: (name, value) => void values.set(name, value),
    initialize(initializer) {
      const { name, ...tensor } = initializer;
      initializers.set(name, initializer);
      const constant = "external" in tensor ? undefined : tensor;
      values.set(name, { dataType: tensor.dataType, shape: tensor.dims, constant });
    },
    append(given) {
      const node = currentForm(given, (numbers) => builder.ints(numbers));
      const twice = node.outputs.find((name) => values.has(name) || unknown.has(name));
      if (twice !== undefined) {
        throw new MegaPairsError(
          "invalid-argument",
          `${describeNode(node)} makes "${twice}", which the graph has already`,
        );
      }
      const missing = node.inputs.find((name) => name !== "" && !values.has(name));
      const inferred =
        missing === undefined
          ? inferNode(
              node,
              node.inputs.map((name) => values.get(name)),
            )
          : { reason: unknown.get(missing) ?? `"${missing}" is made by no node before its use` };
      node.outputs.forEach((name, index) => {
        const value = "values" in inferred ? inferred.values[index] : undefined;
        if (name === "") return;
        if (value !== undefined) values.set(name, value);
        else unknown.set(name, "reason" in inferred ? inferred.reason : describeNode(node));
      });
      const constant = foldConstant(node, values);
      if (constant === undefined) nodes.push(node);
      else builder.initialize({ ...constant, name: node.outputs[0] ?? "" });
    },
    apply: (op, inputs, attributes) => builder.applyTo(1, op, inputs, attributes)[0] ?? "",
    applyTo(count, op, inputs, attributes) {
      const outputs = range(count).map(() => makeName(op));
      builder.append({ op, inputs, outputs, ...(attributes && { attributes }) });
      return outputs;
    },
    value(name) {
      const value = values.get(name);
      if (value !== undefined) return value;
      const reason = unknown.get(name) ?? "no node, input or initializer has that name";
      throw new MegaPairsError("unsupported", `the shape of "${name}" is not known: ${reason}`);
    },
    shape: (name) => builder.value(name).shape,
    constant(tensor) {
      const name = makeName("constant");
      builder.initialize({ ...tensor, name });
      return name;
    },
    ints(numbers) {
      return shared(`int64 ${numbers.join()}`, () =>
        builder.constant(tensorOfNumbers("int64", [numbers.length], numbers)),
      );
    },
    scalar(number, like) {
      const { dataType } = builder.value(like);
      return shared(`${dataType} scalar ${number}`, () =>
        builder.constant(tensorOfNumbers(dataType, [], [number])),
      );
    },
    reshape(name, shape) {
      if (sameShape(builder.shape(name), shape)) return name;
      return builder.apply("Reshape", [name, builder.ints(shape)]);
    },
    zeros(shape, like) {
      if (countElements(shape) === 1) return builder.reshape(builder.scalar(0, like), shape);
      return builder.apply("Expand", [builder.scalar(0, like), builder.ints(shape)]);
    },
  };

  function shared(key: string, make: () => string): string {
    const name = constants.get(key) ?? make();
    constants.set(key, name);
    return name;
  }

  return builder;
}
