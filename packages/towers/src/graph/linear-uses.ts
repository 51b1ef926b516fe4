import type { OnnxModelDefinition, OnnxNodeDefinition } from "@megapairs/onnx";

/** A node that multiplies its first input by a weight. */
export interface LinearUse {
  /** `Gemm` or `MatMul`. */
  readonly node: OnnxNodeDefinition;
  readonly weight: string;
  /** Whether the weight is kept `[out, in]`, as torch does, or `[in, out]`. */
  readonly layout: "out-in" | "in-out";
}

/** The nodes of a graph that multiply by one of these weights, each of two axes. */
export function linearUses(
  { nodes }: Pick<OnnxModelDefinition, "nodes">,
  isWeight: (name: string) => boolean,
): readonly LinearUse[] {
  const flipped = new Map<string, string>();
  const uses: LinearUse[] = [];
  for (const node of nodes) {
    const [first = "", second = ""] = node.inputs;
    if (isFlip(node) && isWeight(first)) flipped.set(node.outputs[0] ?? "", first);
    const weight = flipped.get(second) ?? second;
    if (!isProduct(node) || !isWeight(weight)) continue;
    const isFlipped = flipped.has(second) !== isSet(node, "transB");
    uses.push({ node, weight, layout: isFlipped ? "out-in" : "in-out" });
  }
  return uses;
}

function isFlip({ op, attributes }: OnnxNodeDefinition): boolean {
  const order = attributes?.["perm"];
  return op === "Transpose" && order?.type === "ints" && order.value.join() === "1,0";
}

function isProduct(node: OnnxNodeDefinition): boolean {
  return node.op === "MatMul" || (node.op === "Gemm" && !isSet(node, "transA"));
}

function isSet({ attributes }: OnnxNodeDefinition, name: string): boolean {
  const attribute = attributes?.[name];
  return attribute?.type === "int" && Number(attribute.value) === 1;
}
