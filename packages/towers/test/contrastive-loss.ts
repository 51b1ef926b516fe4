import { createGraphBuilder, createOnnxTensor, int } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxNodeDefinition } from "@megapairs/onnx";
import type { Tower } from "@megapairs/towers";

/** The rows of features that are compared, counted through the towers. */
export interface Comparison {
  readonly queries: readonly (readonly number[])[];
  readonly candidates: readonly number[];
  readonly positives: readonly number[];
  readonly temperature: number;
}

/**
 * Towers and InfoNCE over their features as one graph with the output `loss`. `batch` and
 * `sequence` of a tower become dimensions `batch of image`, `sequence of image`.
 */
export function contrastiveLoss(
  towers: readonly Tower[],
  { queries, candidates, positives, temperature }: Comparison,
): OnnxModelDefinition {
  const parts = towers.map((tower) => inNamespace(tower));
  const g = createGraphBuilder();
  const integers = (name: string, values: readonly number[], dims: readonly number[]): string =>
    g.constant({ name, ...createOnnxTensor("int64", BigInt64Array.from(values, BigInt), dims) });
  const rows = (values: readonly number[], name: string): string =>
    g.apply("Gather", [features, integers(name, values, [values.length])]);
  const unit = (x: string): string => {
    const length = g.apply("ReduceL2", [x, g.ints([-1])]);
    return g.apply("Div", [x, length]);
  };
  const outputs = towers.map(({ name, output }) => `${name}/${output}`);
  const features = g.apply("Concat", outputs, { axis: int(0) });
  const [first = [], second = []] = [0, 1].map((part) => queries.map((row) => row[part] ?? -1));
  const own = rows(first, "first rows");
  const query = second[0] === -1 ? own : g.apply("Add", [own, rows(second, "second rows")]);
  const chosen = unit(rows(candidates, "candidates"));
  const cosines = g.apply("MatMul", [unit(query), g.transpose(chosen, [1, 0])]);
  const logits = g.apply("Mul", [cosines, g.scalar(1 / temperature)]);
  const scores = g.apply("LogSoftmax", [logits], { axis: int(1) });
  const places = integers("positives", positives, [positives.length, 1]);
  const hits = g.apply("GatherElements", [scores, places], { axis: int(1) });
  const mean = g.apply("ReduceMean", [g.apply("Neg", [hits])], { keepdims: int(0) }, "loss");
  const head = g.finish("contrastive", [{ name: mean, dataType: "float32", shape: [] }]);
  return {
    ...head,
    inputs: [...new Map(parts.flatMap(({ inputs }) => inputs.map((i) => [i.name, i]))).values()],
    nodes: [...parts.flatMap(({ nodes }) => nodes), ...head.nodes],
    initializers: [...parts.flatMap(({ initializers }) => initializers), ...head.initializers],
  };
}

function inNamespace({ name: space, model }: Tower): OnnxModelDefinition {
  const inputs = new Set(model.inputs.map(({ name }) => name));
  const rename = (value: string): string =>
    value === "" || inputs.has(value) ? value : `${space}/${value}`;
  return {
    ...model,
    inputs: model.inputs.map((input) => ({
      ...input,
      shape: (input.shape ?? []).map((dim) =>
        typeof dim === "string" ? `${dim} of ${space}` : dim,
      ),
    })),
    nodes: model.nodes.map((node): OnnxNodeDefinition => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
    initializers: model.initializers.map((each) => ({ ...each, name: rename(each.name) })),
  };
}
