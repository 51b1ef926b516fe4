import type { OnnxNodeDefinition } from "@megapairs/onnx";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { numbersOfTensor } from "../graph/tensor-numbers.ts";
import { valuesRead } from "../graph/values-read.ts";

/** `x · σ(scale · x)`, as exporters write QuickGELU and SiLU: a product, a sigmoid, perhaps a factor. */
export interface GatedProduct {
  /** Places of `x` and of its gate among the inputs of the product. */
  readonly value: 0 | 1;
  readonly gate: 0 | 1;
  readonly scale: number;
}

/**
 * The gated products of a graph by their `Mul`, where nothing else reads the gate: they go backwards
 * as one, with two operators of their size fewer than part by part.
 */
export function gatedProducts(
  graph: GraphBuilder,
  nodes: readonly OnnxNodeDefinition[],
  given: ReadonlySet<string>,
): ReadonlyMap<OnnxNodeDefinition, GatedProduct> {
  const makers = new Map(
    nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)),
  );
  const reads = new Map<string, number>();
  for (const name of nodes.flatMap(valuesRead)) reads.set(name, (reads.get(name) ?? 0) + 1);
  const isPrivate = (name: string): boolean => reads.get(name) === 1 && !given.has(name);

  const scaleOf = (sigmoid: OnnxNodeDefinition, x: string): number | undefined => {
    const [argument = ""] = sigmoid.inputs;
    if (argument === x) return 1;
    const factor = makers.get(argument);
    if (factor?.op !== "Mul" || !isPrivate(argument)) return undefined;
    const other = factor.inputs.find((name) => name !== x) ?? "";
    const { constant, shape } = graph.values.get(other) ?? {};
    const isScalar = constant !== undefined && shape?.every((size) => size === 1) === true;
    const isProduct = factor.inputs.includes(x) && shape !== undefined && isScalar;
    return isProduct ? numbersOfTensor(constant)?.[0] : undefined;
  };

  const found = new Map<OnnxNodeDefinition, GatedProduct>();
  for (const node of nodes.filter(({ op }) => op === "Mul")) {
    for (const value of [0, 1] as const) {
      const gate = value === 0 ? 1 : 0;
      const [x = "", name = ""] = [node.inputs[value], node.inputs[gate]];
      const sigmoid = makers.get(name);
      if (sigmoid?.op !== "Sigmoid" || !isPrivate(name) || x === name) continue;
      const scale = scaleOf(sigmoid, x);
      if (scale !== undefined) found.set(node, { value, gate, scale });
    }
  }
  return found;
}

/** The loss by `x` of a gated product: `dy (σ + scale · y (1 - σ))`. */
export function gatedGradient(
  g: GraphBuilder,
  node: OnnxNodeDefinition,
  { gate, scale }: GatedProduct,
  dy: string,
): string {
  const sigma = node.inputs[gate] ?? "";
  const rest = g.apply("Mul", [node.outputs[0] ?? "", g.apply("Sub", [g.scalar(1, sigma), sigma])]);
  const bent = scale === 1 ? rest : g.apply("Mul", [rest, g.scalar(scale, rest)]);
  return g.apply("Mul", [dy, g.apply("Add", [sigma, bent])]);
}
