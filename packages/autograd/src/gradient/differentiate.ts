import type { OnnxModelDefinition, OnnxNodeDefinition, OnnxValueDefinition } from "@megapairs/onnx";
import { countElements } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { isFloat } from "../graph/inferred-value.ts";
import { liveNodes } from "../graph/live-nodes.ts";
import { describeNode } from "../graph/node-attributes.ts";
import { resultsLast } from "../graph/results-last.ts";
import { traceModel } from "../graph/trace-model.ts";
import { valuesRead } from "../graph/values-read.ts";
import { gradientBeforeName, gradientName } from "./gradient-name.ts";
import type { GatedProduct } from "./gated-products.ts";
import { gatedGradient, gatedProducts } from "./gated-products.ts";
import { GRADIENT_RULES } from "./gradient-rules.ts";
import { globalNorm } from "./global-norm.ts";
import type { Recomputation } from "./recomputation.ts";
import { planRecomputation } from "./recomputation.ts";

/** Settings of {@link differentiate}. */
export interface DifferentiateSettings {
  /** A graph that computes a loss, of operator set 13 or later, in float32 or float64. */
  readonly model: OnnxModelDefinition;
  /** The value to differentiate: any value of the graph with one element. */
  readonly loss: string;
  /** Initializers or inputs to differentiate by. They become inputs of the training graph. */
  readonly parameters: readonly string[];
  /** Sizes for dimensions that the model names: `{ batch: 32 }`. A training graph has fixed shapes. */
  readonly dimensions?: Readonly<Record<string, number>> | undefined;
  /** Further values of the graph to give out beside the loss. Default none. */
  readonly outputs?: readonly string[] | undefined;
  /** Adds the output `gradient_norm`, the L2 norm of all gradients together. Default false. */
  readonly gradientNorm?: boolean | undefined;
  /**
   * Adds each gradient to the sum of those before: for a parameter `w` the graph also takes
   * `w.gradient.before`, of w's shape, and gives `w.gradient` = before + gradient. The addition is
   * the last thing done with both, so that the output may have the input's memory. Default false.
   */
  readonly accumulate?: boolean | undefined;
  /**
   * Names of values at which blocks end, as the outputs of transformer blocks but the last: of a
   * block only its end is kept, the rest is computed again when the backward pass comes to it. Same
   * gradients bit for bit, less memory, about a fifth more time. Default none.
   */
  readonly recompute?: readonly string[] | undefined;
}

/**
 * The training graph of a model: forward and backward pass as plain ONNX operators. Its inputs are
 * those of the model and the parameters; its outputs the loss and, for each parameter `w`, the loss
 * by it as `w.gradient`, in the shape and data type of `w`. Operator set 18 or later. Nodes are
 * ordered so that ONNX Runtime finishes each gradient as soon as it can, and keeps less.
 *
 * Other initializers stay constants and cost no gradient: to freeze is not to name. What depends on
 * shapes and constants alone is computed here. Values that are no floating-point numbers end a path.
 *
 * Throws `unsupported` for an operator without a rule between a parameter and the loss, by name, and
 * `invalid-argument` for a loss of several elements, a name the graph does not have, shapes that do
 * not fit or stay open, or a parameter that the loss does not depend on.
 */
export function differentiate(settings: DifferentiateSettings): OnnxModelDefinition {
  const { model, loss, parameters, dimensions, outputs = [], recompute = [] } = settings;
  const { gradientNorm = false, accumulate = false } = settings;
  if (gradientNorm && accumulate) {
    throw new MegaPairsError(
      "invalid-argument",
      "gradientNorm and accumulate exclude each other: what is added to a sum has no say in the norm of the whole",
    );
  }
  const graph = traceModel(model, { dimensions, parameters, prefix: "backward" });
  const befores = accumulate ? parameters.map(gradientBeforeName) : [];
  checkNames(graph, loss, parameters, befores);
  const forward = [...graph.nodes];
  const active = activeValues(graph, forward, parameters);
  const sums = new Map<string, string[]>();
  const one = graph.reshape(graph.scalar(1, loss), graph.shape(loss));
  sums.set(loss, [one]);
  const recomputation = planRecomputation(graph, forward, recompute, parameters);
  const gated = gatedProducts(graph, forward, new Set([loss, ...outputs, ...recompute]));
  for (const node of forward.toReversed()) {
    goBack({ graph, active, sums, recomputation, gated }, node);
  }

  const gradients = byFirstUse(forward, parameters).map((parameter) => {
    const sum = total(graph, sums.get(parameter));
    if (sum === undefined) {
      throw new MegaPairsError(
        "invalid-argument",
        `the loss "${loss}" does not depend on the parameter "${parameter}"`,
      );
    }
    return giveOut(graph, parameter, sum, accumulate);
  });
  const norms = gradientNorm ? [globalNorm(graph, gradients)] : [];
  const results = [loss, ...outputs, ...parameters.map(gradientName), ...norms];
  const { nodes, read } = liveNodes(graph.nodes, results);
  const inputs = model.inputs
    .map(({ name }) => name)
    .filter((name) => !graph.initializers.has(name));
  const describe = (each: string): OnnxValueDefinition => {
    const { dataType, shape } = graph.value(each);
    return { name: each, dataType, shape };
  };
  return {
    name: model.name,
    opset: Math.max(model.opset, 18),
    domains: model.domains,
    inputs: [...new Set([...inputs, ...parameters, ...befores])].map(describe),
    outputs: [...new Set(results)].map(describe),
    nodes: resultsLast(nodes, gradients),
    initializers: [...graph.initializers.values()].filter((each) => read.has(each.name)),
  };
}

function checkNames(
  graph: GraphBuilder,
  loss: string,
  parameters: readonly string[],
  befores: readonly string[],
): void {
  const { shape, dataType } = graph.value(loss);
  if (countElements(shape) !== 1 || !isFloat(dataType)) {
    throw new MegaPairsError(
      "invalid-argument",
      `the loss "${loss}" is ${dataType} [${shape.join(", ")}], expected one floating-point number`,
    );
  }
  if (parameters.length === 0) {
    throw new MegaPairsError("invalid-argument", "no parameter is named, expected at least one");
  }
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  for (const parameter of parameters) {
    const value = graph.values.get(parameter);
    if (value === undefined || made.has(parameter) || !isFloat(value.dataType)) {
      const found = value === undefined ? "no value" : `a computed or ${value.dataType} value`;
      throw new MegaPairsError(
        "invalid-argument",
        `the parameter "${parameter}" is ${found} of the graph, expected a floating-point initializer or input`,
      );
    }
  }
  const taken = [...parameters.map(gradientName), ...befores].find((name) =>
    graph.values.has(name),
  );
  if (taken !== undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `the graph has a value "${taken}" already, expected that name to be free`,
    );
  }
}

/** Names of the floating-point values that depend on a parameter. */
function activeValues(
  graph: GraphBuilder,
  nodes: readonly OnnxNodeDefinition[],
  parameters: readonly string[],
): ReadonlySet<string> {
  const active = new Set(parameters);
  for (const node of nodes) {
    if (!valuesRead(node).some((name) => active.has(name))) continue;
    for (const output of node.outputs) {
      const dataType = graph.values.get(output)?.dataType;
      if (output !== "" && (dataType === undefined || isFloat(dataType))) active.add(output);
    }
  }
  return active;
}

/** What the way back through a graph needs. */
interface WayBack {
  readonly graph: GraphBuilder;
  readonly active: ReadonlySet<string>;
  /** Parts of the loss by each value, found so far. */
  readonly sums: Map<string, string[]>;
  readonly recomputation: Recomputation;
  readonly gated: ReadonlyMap<OnnxNodeDefinition, GatedProduct>;
}

/** Adds what the loss by a node's inputs is to `sums`, from what it is by its outputs. */
function goBack(way: WayBack, node: OnnxNodeDefinition): void {
  const { graph, active, sums, recomputation } = way;
  if (!node.outputs.some((name) => sums.has(name) && active.has(name))) return;
  const rule = (node.domain ?? "") === "" ? GRADIENT_RULES.get(node.op) : undefined;
  if (rule === undefined) {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(node)} has no rule to differentiate by`,
    );
  }
  const gradients = node.outputs.map((name) => total(graph, sums.get(name)));
  const known = gradients.find((name) => name !== undefined) ?? "";
  const again = recomputation.nodeAgain(node, known);
  const product = way.gated.get(node);
  if (product !== undefined) {
    const value = node.inputs[product.value] ?? "";
    const gradient = gatedGradient(graph, again, product, known);
    if (active.has(value)) sums.set(value, [...(sums.get(value) ?? []), gradient]);
    return;
  }
  const byInput = rule({ graph, node: again, gradients });
  node.inputs.forEach((input, index) => {
    if (!active.has(input)) return;
    const gradient = byInput[index];
    if (gradient === undefined) {
      throw new MegaPairsError(
        "unsupported",
        `${describeNode(node)} has no rule to differentiate by its input "${input}"`,
      );
    }
    sums.set(input, [...(sums.get(input) ?? []), gradient()]);
  });
}

/** The sum of values; `undefined` of none. */
function total(graph: GraphBuilder, names: readonly string[] = []): string | undefined {
  const [first, ...others] = names;
  if (first === undefined) return undefined;
  return others.reduce((sum, other) => graph.apply("Add", [sum, other]), first);
}

/** Names the gradient of a parameter, added to the sum of those before where there is one. */
function giveOut(graph: GraphBuilder, parameter: string, sum: string, accumulate: boolean): string {
  const name = gradientName(parameter);
  const before = gradientBeforeName(parameter);
  if (accumulate) graph.declare(before, graph.value(parameter));
  graph.append(
    accumulate
      ? { op: "Add", inputs: [before, sum], outputs: [name] }
      : { op: "Identity", inputs: [sum], outputs: [name] },
  );
  return name;
}

/** Parameters in the order in which the forward pass first reads them; those that it never does, last. */
function byFirstUse(
  nodes: readonly OnnxNodeDefinition[],
  parameters: readonly string[],
): readonly string[] {
  const named = new Set(parameters);
  const read = nodes.flatMap(valuesRead).filter((name) => named.has(name));
  return [...new Set([...read, ...parameters])];
}
