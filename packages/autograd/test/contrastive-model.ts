import { createOnnxTensor, float, int, ints } from "@megapairs/onnx";
import type {
  OnnxAttributeDefinition,
  OnnxInitializerDefinition,
  OnnxModelDefinition,
  OnnxNodeDefinition,
  OnnxTensor,
} from "@megapairs/onnx";

const [pairs, tokens, width, heads, words] = [3, 4, 8, 2, 11] as const;

/**
 * A float64 model in small of what the trainer trains: transformer blocks over token ids, the first
 * of which ends at "block0.end", mean pooling, L2 norm, and InfoNCE against given targets [3, 8].
 */
export function contrastiveModel(blocks = 2): OnnxModelDefinition {
  const nodes: OnnxNodeDefinition[] = [];
  const initializers: OnnxInitializerDefinition[] = [];
  let seed = 1;
  const weight = (name: string, dims: readonly number[], centre = 0): string => {
    const count = dims.reduce((product, size) => product * size, 1);
    const data = Float64Array.from(
      { length: count },
      () => centre + 0.4 * Math.sin((seed += 1) * 12.9898 + seed * seed),
    );
    initializers.push({ name, ...createOnnxTensor("float64", data, dims) });
    return name;
  };
  const int64 = (name: string, ...values: number[]): string => {
    const data = BigInt64Array.from(values, BigInt);
    initializers.push({ name, ...createOnnxTensor("int64", data) });
    return name;
  };
  const number = (name: string, value: number): string => {
    initializers.push({ name, ...createOnnxTensor("float64", Float64Array.of(value), []) });
    return name;
  };
  const apply = (
    op: string,
    inputs: string[],
    attributes: Record<string, OnnxAttributeDefinition> = {},
    output = `${op}_${nodes.length}`,
  ): string => {
    nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  };
  const linear = (x: string, name: string, from: number, to: number): string =>
    apply("Add", [
      apply("MatMul", [x, weight(`${name}.w`, [from, to])]),
      weight(`${name}.b`, [to]),
    ]);
  const norm = (x: string, name: string): string =>
    apply(
      "LayerNormalization",
      [x, weight(`${name}.w`, [width], 1), weight(`${name}.b`, [width])],
      {
        epsilon: float(1e-5),
      },
    );

  const split = int64("split", 0, tokens, heads, width / heads);
  const joined = int64("joined", 0, tokens, width);
  const scale = number("scale", (width / heads) ** -0.5);
  const slope = number("slope", 1.702);

  const attention = (x: string, name: string): string => {
    const part = (which: string, order: number[]): string => {
      const parted = apply("Reshape", [linear(x, `${name}.${which}`, width, width), split]);
      return apply("Transpose", [parted], { perm: ints(order) });
    };
    const keys = part("k", [0, 2, 3, 1]);
    const queries = apply("Mul", [part("q", [0, 2, 1, 3]), scale]);
    const shares = apply("Softmax", [apply("MatMul", [queries, keys])], { axis: int(-1) });
    const mixed = apply("MatMul", [shares, part("v", [0, 2, 1, 3])]);
    const back = apply("Transpose", [mixed], { perm: ints([0, 2, 1, 3]) });
    return linear(apply("Reshape", [back, joined]), `${name}.out`, width, width);
  };
  const block = (x: string, name: string): string => {
    const attended = apply("Add", [x, attention(norm(x, `${name}.norm1`), `${name}.attention`)]);
    const wide = linear(norm(attended, `${name}.norm2`), `${name}.up`, width, 2 * width);
    const gate = apply("Sigmoid", [apply("Mul", [wide, slope])]);
    const bent = apply("Mul", [wide, gate]);
    return apply(
      "Add",
      [attended, linear(bent, `${name}.down`, 2 * width, width)],
      {},
      `${name}.end`,
    );
  };

  const embedded = apply("Gather", [weight("words", [words, width]), "ids"]);
  const placed = apply("Add", [embedded, weight("places", [tokens, width])]);
  let states = placed;
  for (let index = 0; index < blocks; index++) states = block(states, `block${index}`);
  const pooled = apply("ReduceMean", [states, int64("token_axis", 1)], { keepdims: int(0) });
  const length = apply("ReduceL2", [pooled, int64("last_axis", -1)], { keepdims: int(1) });
  const features = apply("Div", [pooled, length]);
  const cosines = apply("MatMul", [features, apply("Transpose", ["targets"])]);
  const logits = apply("Div", [cosines, weight("temperature", [1], 0.5)]);
  const scores = apply("LogSoftmax", [logits], { axis: int(-1) });
  const positives = apply("GatherElements", [scores, "positives"], { axis: int(1) });
  apply("ReduceMean", [apply("Neg", [positives])], { keepdims: int(0) }, "loss");
  return {
    name: "contrastive",
    opset: 18,
    inputs: [
      { name: "ids", dataType: "int64", shape: [pairs, tokens] },
      { name: "targets", dataType: "float64", shape: [pairs, width] },
      { name: "positives", dataType: "int64", shape: [pairs, 1] },
    ],
    outputs: [{ name: "loss", dataType: "float64", shape: [] }],
    nodes,
    initializers,
  };
}

/** Feeds of {@link contrastiveModel} beside its weights. */
export function contrastiveFeeds(): Record<string, OnnxTensor> {
  const ids = BigInt64Array.from([1, 5, 5, 2, 9, 1, 0, 10, 3, 3, 3, 7], BigInt);
  const targets = Float64Array.from({ length: 24 }, (_, index) => Math.cos(index * index));
  return {
    ids: createOnnxTensor("int64", ids, [3, 4]),
    targets: createOnnxTensor("float64", targets, [3, 8]),
    positives: createOnnxTensor("int64", BigInt64Array.of(0n, 1n, 2n), [3, 1]),
  };
}

/** The weights of {@link contrastiveModel}. */
export function contrastiveParameters(model: OnnxModelDefinition): string[] {
  return model.initializers
    .filter(({ dataType, dims }) => dataType === "float64" && dims.length > 0)
    .map(({ name }) => name);
}
