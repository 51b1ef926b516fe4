import { createOnnxTensor, float, int, ints } from "@megapairs/onnx";
import type { OnnxNodeDefinition, OnnxValueDefinition } from "@megapairs/onnx";
import { linearUses } from "../graph/linear-uses.ts";
import { namesRead } from "../graph/nodes-behind.ts";
import type { Tower, Weights } from "../tower-model.ts";
import type { LoraAdapter } from "./lora-model.ts";

const SCALE = "lora scale";

/**
 * A tower with additions at each product with an adapted weight. Products are called `…/base` then,
 * so that all other values keep their names.
 */
export function adaptTower(
  tower: Tower,
  weights: Weights,
  adapters: readonly LoraAdapter[],
  scale: number,
): Tower {
  const byWeight = new Map(adapters.map((adapter) => [adapter.weight, adapter]));
  const uses = linearUses(tower.model, (name) => byWeight.has(name));
  const byNode = new Map(uses.map(({ node, weight }) => [node, byWeight.get(weight)]));
  const nodes = tower.model.nodes.flatMap((node) => {
    const adapter = byNode.get(node);
    if (adapter === undefined) return [node];
    return node.op === "Gemm" ? besideGemm(node, adapter, scale) : besideMatMul(node, adapter);
  });
  const read = new Set(nodes.flatMap(namesRead));
  const own = adapters.flatMap(({ a, b }) => [a, b]).filter((name) => read.has(name));
  const inputs = own.map((name): OnnxValueDefinition => {
    return { name, dataType: "float32", shape: weights.get(name)?.dims ?? [] };
  });
  const known = new Set([...tower.weightNames, ...own]);
  const constant = { name: SCALE, ...createOnnxTensor("float32", Float32Array.of(scale), []) };
  return {
    ...tower,
    model: {
      ...tower.model,
      inputs: [...tower.model.inputs, ...inputs],
      nodes,
      initializers: [...tower.model.initializers, ...(read.has(SCALE) ? [constant] : [])],
    },
    weightNames: [...read].filter((name) => known.has(name)),
  };
}

function besideGemm(
  node: OnnxNodeDefinition,
  { a, b }: LoraAdapter,
  scale: number,
): readonly OnnxNodeDefinition[] {
  const [x = ""] = node.inputs;
  const [y = ""] = node.outputs;
  const [base, down] = [`${y}/base`, `${y}/lora_A`];
  const alpha = node.attributes?.["alpha"];
  const factor = scale * (alpha?.type === "float" ? alpha.value : 1);
  const attributes = { transB: int(1), alpha: float(factor) };
  return [
    { ...node, outputs: [base] },
    { op: "Gemm", inputs: [x, a], outputs: [down], attributes: { transB: int(1) } },
    { op: "Gemm", inputs: [down, b, base], outputs: [y], attributes },
  ];
}

function besideMatMul(
  node: OnnxNodeDefinition,
  { a, b }: LoraAdapter,
): readonly OnnxNodeDefinition[] {
  const [x = ""] = node.inputs;
  const [y = ""] = node.outputs;
  const values: OnnxNodeDefinition[] = [{ ...node, outputs: [`${y}/base`] }];
  const apply = (op: string, inputs: readonly string[], output: string): string => {
    const attributes = op === "Transpose" ? { perm: ints([1, 0]) } : {};
    values.push({ op, inputs, outputs: [output], attributes });
    return output;
  };
  const down = apply("MatMul", [x, apply("Transpose", [a], `${y}/lora_A/T`)], `${y}/lora_A`);
  const up = apply("MatMul", [down, apply("Transpose", [b], `${y}/lora_B/T`)], `${y}/lora_B`);
  apply("Add", [`${y}/base`, apply("Mul", [up, SCALE], `${y}/lora`)], y);
  return values;
}
