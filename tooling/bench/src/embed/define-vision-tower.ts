import { createOnnxTensor, float, int, ints } from "@megapairs/onnx";
import type {
  OnnxAttributeDefinition,
  OnnxInitializerDefinition,
  OnnxModelDefinition,
  OnnxNodeDefinition,
} from "@megapairs/onnx";

/** Sizes of a CLIP vision tower. */
export interface VisionTower {
  readonly title: string;
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  /** Pixels, both ways. */
  readonly patch: number;
  /** Pixels, both ways. */
  readonly image: number;
  /** Length of an embedding. */
  readonly projection: number;
}

/** Multiplications and additions of one picture, matrix products alone, in units of 10^9. */
export function gigaflops({ layers, width, patch, image, projection }: VisionTower): number {
  const patches = (image / patch) ** 2;
  const tokens = patches + 1;
  const layer = tokens * 12 * width * width + 2 * tokens * tokens * width;
  const multiplied = layers * layer + patches * 3 * patch * patch * width + width * projection;
  return (2 * multiplied) / 1e9;
}

/**
 * A CLIP vision tower with projection, `pixel_values` [batch, 3, image, image] → `image_embeds`
 * [batch, projection], operator for operator as PyTorch exports it. Weights are seeded noise of the
 * size that keeps activations in range: speed does not depend on them.
 */
export function defineVisionTower(tower: VisionTower, seed: number): OnnxModelDefinition {
  const { layers, width, heads, patch, image, projection } = tower;
  const patches = (image / patch) ** 2;
  const nodes: OnnxNodeDefinition[] = [];
  const initializers: OnnxInitializerDefinition[] = [];
  const random = uniformNoise(seed);

  const add = (
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttributeDefinition>> = {},
    output = `${op}_${nodes.length}`,
  ): string => {
    nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  };
  const weight = (name: string, dims: readonly number[], fanIn: number): string => {
    const data = new Float32Array(dims.reduce((product, size) => product * size, 1));
    const bound = Math.sqrt(3 / fanIn);
    for (let index = 0; index < data.length; index += 1) data[index] = bound * random();
    initializers.push({ name, ...createOnnxTensor("float32", data, dims) });
    return name;
  };
  const constant = (name: string, values: readonly number[], dims?: readonly number[]): string => {
    const data = Float32Array.from(values);
    initializers.push({ name, ...createOnnxTensor("float32", data, dims) });
    return name;
  };
  const shape = (name: string, values: readonly number[]): string => {
    const data = BigInt64Array.from(values, BigInt);
    initializers.push({ name, ...createOnnxTensor("int64", data) });
    return name;
  };
  const linear = (name: string, input: string, from: number, to: number): string => {
    const product = add("MatMul", [input, weight(`${name}.weight`, [from, to], from)]);
    return add("Add", [constant(`${name}.bias`, Array<number>(to).fill(0)), product]);
  };
  const normalise = (name: string, input: string): string => {
    const scale = constant(`${name}.weight`, Array<number>(width).fill(1));
    const bias = constant(`${name}.bias`, Array<number>(width).fill(0));
    return add("LayerNormalization", [input, scale, bias], { epsilon: float(1e-5) });
  };

  const perHead = shape("per_head", [0, 0, heads, width / heads]);
  const joined = shape("joined", [0, 0, width]);
  const attentionScale = constant("attention_scale", [1 / Math.sqrt(width / heads)], []);
  const geluScale = constant("gelu_scale", [1.702], []);
  const attend = (name: string, input: string): string => {
    const split = (part: string, order: readonly number[]): string => {
      const flat = linear(`${name}.${part}`, input, width, width);
      return add("Transpose", [add("Reshape", [flat, perHead])], { perm: ints(order) });
    };
    const queries = add("Mul", [split("q_proj", [0, 2, 1, 3]), attentionScale]);
    const scores = add("MatMul", [queries, split("k_proj", [0, 2, 3, 1])]);
    const weights = add("Softmax", [scores], { axis: int(-1) });
    const mixed = add("MatMul", [weights, split("v_proj", [0, 2, 1, 3])]);
    const tokens = add("Transpose", [mixed], { perm: ints([0, 2, 1, 3]) });
    return linear(`${name}.out_proj`, add("Reshape", [tokens, joined]), width, width);
  };
  const think = (name: string, input: string): string => {
    const hidden = linear(`${name}.fc1`, input, width, 4 * width);
    const gate = add("Sigmoid", [add("Mul", [hidden, geluScale])]);
    return linear(`${name}.fc2`, add("Mul", [hidden, gate]), 4 * width, width);
  };

  const kernel = weight("patch_embedding", [width, 3, patch, patch], 3 * patch * patch);
  const grid = add("Conv", ["pixel_values", kernel], {
    kernel_shape: ints([patch, patch]),
    strides: ints([patch, patch]),
  });
  const flat = add("Reshape", [grid, shape("flat", [0, width, -1])]);
  const seen = add("Transpose", [flat], { perm: ints([0, 2, 1]) });
  const batch = add("Shape", ["pixel_values"], { start: int(0), end: int(1) });
  const classShape = add("Concat", [batch, shape("class_dims", [1, width])], { axis: int(0) });
  const classToken = add("Expand", [weight("class", [1, 1, width], 1), classShape]);
  const tokens = add("Concat", [classToken, seen], { axis: int(1) });
  const positions = weight("positions", [1, patches + 1, width], 1);
  let state = normalise("pre_layernorm", add("Add", [tokens, positions]));
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `layers.${layer}`;
    const attended = attend(`${name}.attention`, normalise(`${name}.layer_norm1`, state));
    state = add("Add", [state, attended]);
    state = add("Add", [state, think(`${name}.mlp`, normalise(`${name}.layer_norm2`, state))]);
  }
  initializers.push({
    name: "first",
    ...createOnnxTensor("int64", BigInt64Array.of(0n), []),
  });
  const pooled = normalise("post_layernorm", add("Gather", [state, "first"], { axis: int(1) }));
  const projected = weight("visual_projection", [width, projection], width);
  add("MatMul", [pooled, projected], {}, "image_embeds");

  return {
    name: "vision_model",
    opset: 17,
    inputs: [{ name: "pixel_values", dataType: "float32", shape: ["batch", 3, image, image] }],
    outputs: [{ name: "image_embeds", dataType: "float32", shape: ["batch", projection] }],
    nodes,
    initializers,
  };
}

/** Uniform in [-1, 1): Marsaglia's xorshift of 32 bits. */
function uniformNoise(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}
