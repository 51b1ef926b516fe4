import { float, int, ints, string } from "@megapairs/onnx";
import type { GradientCase } from "./case-parts.ts";
import { float32, float64, int64, one, withConstants } from "./case-parts.ts";

const padded = {
  kernel_shape: ints([3, 3]),
  strides: ints([2, 2]),
  pads: ints([1, 1, 1, 1]),
};
const turns = Array.from({ length: 6 }, (_, index) => (index + 1) / 4);
const angles = [
  float32("cos", turns.map(Math.cos), [3, 2]),
  float32("sin", turns.map(Math.sin), [3, 2]),
  int64("places", [0, 1, 2, 0, 1, 2], [2, 3]),
];

/** The cases of reference/gradients.json that came with whole layers as operators, and after them. */
export const layerCases: Readonly<Record<string, GradientCase>> = {
  "Pow by both": one("Pow", "x exponent"),
  "Conv depthwise": one("Conv", "x w b", {
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
    group: int(4),
  }),
  "Conv in groups": one("Conv", "x w b", {
    pads: ints([1, 1, 1, 1]),
    dilations: ints([1, 2]),
    group: int(2),
  }),
  MaxPool: one("MaxPool", "x", {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
  }),
  AveragePool: one("AveragePool", "x", { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }),
  "AveragePool padded": one("AveragePool", "x", padded),
  "AveragePool padded and counted": one("AveragePool", "x", {
    ...padded,
    count_include_pad: int(1),
  }),
  GlobalAveragePool: one("GlobalAveragePool"),
  RMSNormalization: { ...one("RMSNormalization", "x scale", { axis: int(-1) }), opset: 23 },
  Swish: { ...one("Swish"), opset: 24 },
  "Swish steep": { ...one("Swish", "x", { alpha: float(1.702) }), opset: 24 },
  HardSwish: one("HardSwish"),
  Attention: { ...one("Attention", "q k v"), opset: 23 },
  "Attention masked": { ...one("Attention", "q k v m"), opset: 23 },
  "Attention by truth": {
    ...withConstants(one("Attention", "q k v truth", { scale: float(0.7) }), {
      name: "truth",
      dataType: "bool",
      dims: [4, 3],
      data: Uint8Array.of(1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 1),
    }),
    opset: 23,
  },
  "Attention causal in groups": {
    ...one("Attention", "q k v", { is_causal: int(1) }),
    opset: 23,
  },
  "Attention of three axes": {
    ...one("Attention", "q k v", { q_num_heads: int(2), kv_num_heads: int(2) }),
    opset: 24,
  },
  RotaryEmbedding: {
    ...withConstants(one("RotaryEmbedding", "x cos sin places"), ...angles),
    opset: 23,
  },
  "RotaryEmbedding interleaved in part": {
    ...withConstants(
      one("RotaryEmbedding", "x cos sin places", {
        interleaved: int(1),
        rotary_embedding_dim: int(4),
      }),
      ...angles,
    ),
    opset: 23,
  },
  Einsum: one("Einsum", "a b", { equation: string("bhid,bhjd->bhij") }),
  "Einsum of one": one("Einsum", "a", { equation: string("bij->j") }),
  "Einsum of three": one("Einsum", "a b c", { equation: string("ij, jk, k -> ik") }),
  "Einsum implied": one("Einsum", "a b", { equation: string("ij,jk") }),
  "Einsum to a number": one("Einsum", "a b", { equation: string("ij,ij->") }),
  CumSum: withConstants(one("CumSum", "x axis"), int64("axis", [1], [])),
  "CumSum exclusive from behind": withConstants(
    one("CumSum", "x axis", { exclusive: int(1), reverse: int(1) }),
    int64("axis", [0], []),
  ),
  Trilu: withConstants(one("Trilu", "x k", { upper: int(0) }), int64("k", [-1], [])),
  Max: one("Max", "a b"),
  Min: one("Min", "a b c"),
  BatchNormalization: withConstants(
    one("BatchNormalization", "x scale bias mean variance"),
    float64("mean", [0.1, -0.2, 0.3]),
    float64("variance", [0.5, 1, 2]),
  ),
};
