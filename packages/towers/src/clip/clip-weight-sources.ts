import type { OnnxModelDefinition, OnnxNodeDefinition } from "@megapairs/onnx";
import { linearUses } from "../graph/linear-uses.ts";
import type { WeightShapes } from "../weight-shapes.ts";

/** Which initializer of an export is a weight of CLIP. */
export interface ClipWeightSource {
  readonly initializer: string;
  /** True where the export keeps a matrix `[in, out]`. */
  readonly isFlipped: boolean;
}

const POSITIONS = "vision_model.embeddings.position_embedding.weight";

/**
 * Finds the weights of CLIP in an exported graph, by their names in checkpoints. Exporters keep the
 * names of vectors, but not of matrices: those are told by the bias that is added to their product,
 * or by the path of the node that multiplies.
 *
 * @param found Float initializers of the graph.
 * @param expected Weights to look for.
 */
export function clipWeightSources(
  { nodes }: OnnxModelDefinition,
  found: WeightShapes,
  expected: WeightShapes,
): ReadonlyMap<string, ClipWeightSource> {
  const sources = new Map<string, ClipWeightSource>();
  const add = (name: string | undefined, initializer: string, isFlipped = false): void => {
    if (name !== undefined && found.has(initializer)) sources.set(name, { initializer, isFlipped });
  };
  const known = (text: string): string | undefined => {
    const parts = text.split(".");
    const tails = parts.map((_, index) => parts.slice(index).join("."));
    return tails.find((tail) => expected.has(tail));
  };
  const weightBeside = (bias: string | undefined): string | undefined =>
    known(bias ?? "")?.replace(/\.bias$/, ".weight");
  for (const name of found.keys()) add(known(name), name);
  for (const { op, inputs } of nodes) {
    if (op === "LayerNormalization") add(weightBeside(inputs[2]), inputs[1] ?? "");
  }
  const matrices = (name: string): boolean => found.get(name)?.dims.length === 2;
  for (const { node, weight, layout } of linearUses({ nodes }, matrices)) {
    const path = known(`${(node.name ?? "").split("/").slice(1, -1).join(".")}.weight`);
    const name = known(weight) ?? weightBeside(biasOf(node, nodes, found)) ?? path;
    add(name, weight, layout === "in-out");
  }
  // Positions are looked up by constants, so that exporters fold them: [1, tokens, width].
  const places = expected.get(POSITIONS)?.dims.join();
  for (const [name, { dims }] of found) {
    if (!sources.has(POSITIONS) && dims.slice(1).join() === places && dims[0] === 1) {
      add(POSITIONS, name);
    }
  }
  return sources;
}

/** The initializer that is added to a product. */
function biasOf(
  product: OnnxNodeDefinition,
  nodes: readonly OnnxNodeDefinition[],
  found: WeightShapes,
): string | undefined {
  if (product.op === "Gemm") return product.inputs[2];
  const [output = ""] = product.outputs;
  const sum = nodes.find(({ op, inputs }) => op === "Add" && inputs.includes(output));
  return sum?.inputs.find((name) => found.has(name));
}
