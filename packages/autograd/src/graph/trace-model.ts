import type { OnnxModelDefinition, OnnxValueDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { GraphBuilder } from "./graph-builder.ts";
import { createGraphBuilder } from "./graph-builder.ts";
import type { InferredValue } from "./inferred-value.ts";

/** How {@link traceModel} reads a model. */
export interface TraceOptions {
  /** Sizes for dimensions that the model names, by name: `{ batch: 32 }`. */
  readonly dimensions?: Readonly<Record<string, number>> | undefined;
  /** Initializers to treat as inputs. */
  readonly parameters?: readonly string[] | undefined;
  /** What made-up names begin with. Default `traced`. */
  readonly prefix?: string | undefined;
}

const OLDEST_OPSET = 13;

/**
 * A builder that holds the graph of a model, constants computed. Throws `unsupported` for operator
 * sets before 13, `invalid-argument` where an input's shape is not static or values do not fit.
 */
export function traceModel(model: OnnxModelDefinition, options: TraceOptions = {}): GraphBuilder {
  const { dimensions = {}, parameters = [], prefix = "traced" } = options;
  if (model.opset < OLDEST_OPSET) {
    throw new MegaPairsError(
      "unsupported",
      `the model is of operator set ${model.opset}, expected at least ${OLDEST_OPSET}`,
    );
  }
  const builder = createGraphBuilder(freePrefix(model, prefix));
  const constants = new Set(model.initializers.map(({ name }) => name));
  for (const input of model.inputs) {
    if (!constants.has(input.name)) builder.declare(input.name, staticValue(input, dimensions));
  }
  for (const initializer of model.initializers) {
    const { name, dataType, dims } = initializer;
    if (parameters.includes(name)) builder.declare(name, { dataType, shape: dims });
    else builder.initialize(initializer);
  }
  for (const node of model.nodes) builder.append(node);
  return builder;
}

function staticValue(
  { name, dataType, shape }: OnnxValueDefinition,
  dimensions: Readonly<Record<string, number>>,
): InferredValue {
  const sizes = shape?.map((size) => (typeof size === "string" ? dimensions[size] : size));
  const isStatic = sizes?.every(
    (size) => size !== undefined && Number.isInteger(size) && size >= 0,
  );
  if (sizes === undefined || isStatic !== true) {
    throw new MegaPairsError(
      "invalid-argument",
      `input "${name}" has the shape [${shape?.join(", ") ?? "unknown"}], expected a size for each dimension: pass those it names as dimensions`,
    );
  }
  return { dataType, shape: sizes.map(Number) };
}

/** The prefix, longer where names of the model begin with it already. */
function freePrefix(model: OnnxModelDefinition, prefix: string): string {
  const names = [...model.inputs, ...model.initializers].map(({ name }) => name);
  names.push(...model.nodes.flatMap(({ outputs }) => outputs));
  const isTaken = names.some((name) => name.startsWith(`${prefix}/`));
  return isTaken ? freePrefix(model, `${prefix}_`) : prefix;
}
