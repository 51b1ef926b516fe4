import { createOnnxTensor, float, int, ints, tensor } from "@megapairs/onnx";
import type { GradientCase } from "./case-parts.ts";
import { float32, float64, int64, node, one, withConstants } from "./case-parts.ts";
import { layerCases } from "./layer-cases.ts";

/** One graph for each case of reference/gradients.json. */
export const gradientCases: Readonly<Record<string, GradientCase>> = {
  ...Object.fromEntries(
    ["", " batch by matrix", " batch by batch", " broadcast", " matrix by batch"]
      .concat([" vector by matrix", " matrix by vector", " vector by batch", " vector by vector"])
      .map((name) => [`MatMul${name}`, one("MatMul", "a b")]),
  ),
  ...Object.fromEntries(
    ["Neg", "Erf", "Sigmoid", "Tanh", "Relu", "Softplus", "Sqrt", "Exp", "Log", "Abs"]
      .concat(["Reciprocal", "Sin", "Cos", "Softmax", "LogSoftmax", "Gelu", "Flatten"])
      .map((name) => [name, { ...one(name), opset: 20 }]),
  ),
  Gemm: one("Gemm", "a b c", { alpha: float(0.5), beta: float(2) }),
  "Gemm transA": one("Gemm", "a b c", { transA: int(1) }),
  "Gemm transB": one("Gemm", "a b c", { transB: int(1), alpha: float(3) }),
  "Gemm transA transB": one("Gemm", "a b", { transA: int(1), transB: int(1), alpha: float(0.5) }),
  "Conv patches": one("Conv", "x w b", { strides: ints([2, 3]) }),
  "Conv same": one("Conv", "x w b", { pads: ints([1, 1, 1, 1]) }),
  "Conv general": one("Conv", "x w b", {
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
    dilations: ints([1, 2]),
  }),
  "Conv 1-D": one("Conv", "x w", { strides: ints([2]) }),
  "Conv groups": withConstants(
    one("Conv", "x w", { group: int(2) }),
    float32(
      "w",
      Array.from({ length: 16 }, (_, index) => index + 1),
      [4, 1, 2, 2],
    ),
  ),
  Add: one("Add", "a b"),
  Sub: one("Sub", "a b"),
  Mul: one("Mul", "a b"),
  "Mul by itself": one("Mul", "x x"),
  Div: one("Div", "a b"),
  Sum: one("Sum", "a b c"),
  Reshape: withConstants(one("Reshape", "x shape"), int64("shape", [3, -1])),
  Transpose: one("Transpose", "x", { perm: ints([2, 0, 1]) }),
  Concat: one("Concat", "a b a", { axis: int(1) }),
  Slice: withConstants(
    one("Slice", "x starts ends axes"),
    int64("starts", [1, -2]),
    int64("ends", [3, 1000]),
    int64("axes", [0, -1]),
  ),
  "Slice by steps": withConstants(
    one("Slice", "x starts ends axes steps"),
    int64("starts", [1, -1]),
    int64("ends", [1000, -1000]),
    int64("axes", [1, 0]),
    int64("steps", [2, -1]),
  ),
  Split: withConstants(
    [node("Split", "x sizes", { axis: int(1) }, "other y")],
    int64("sizes", [1, 3]),
  ),
  "Split in equal parts": {
    opset: 13,
    nodes: [node("Split", "x", { axis: int(1) }, "p q r"), node("Mul", "p r")],
  },
  "Gather rows": withConstants(
    one("Gather", "x indices"),
    int64("indices", [0, 2, 2, -1, 0, 2], [2, 3]),
  ),
  "Gather columns": withConstants(
    one("Gather", "x indices", { axis: int(1) }),
    int64("indices", [1, 1, 3, 0], [2, 2]),
  ),
  "Gather one": withConstants(one("Gather", "x zero", { axis: int(1) }), int64("zero", [0], [])),
  GatherElements: withConstants(
    one("GatherElements", "x indices", { axis: int(1) }),
    int64("indices", [1, 1, 0, 2, 0, 0], [2, 3]),
  ),
  GatherND: withConstants(
    one("GatherND", "x indices"),
    int64("indices", [0, 2, -1, 0, 0, 2, 1, 2], [4, 2]),
  ),
  Tile: withConstants(one("Tile", "x repeats"), int64("repeats", [2, 1, 3])),
  Squeeze: withConstants(one("Squeeze", "x axes"), int64("axes", [1])),
  Unsqueeze: withConstants(one("Unsqueeze", "x axes"), int64("axes", [1, 3])),
  Expand: withConstants(one("Expand", "x shape"), int64("shape", [2, 1, 4])),
  Where: withConstants(one("Where", "mask a b"), {
    name: "mask",
    dataType: "bool",
    dims: [2, 3],
    data: Uint8Array.of(1, 0, 1, 0, 1, 0),
  }),
  Cast: { nodes: [node("Cast", "x", { to: int(1) }, "f"), node("Cast", "f", { to: int(11) })] },
  CastLike: withConstants(
    [node("CastLike", "x narrow", {}, "f"), node("CastLike", "f wide")],
    float32("narrow", [0], []),
    float64("wide", [0], []),
  ),
  "Softmax axis": one("Softmax", "x", { axis: int(1) }),
  LayerNormalization: one("LayerNormalization", "x scale bias", { epsilon: float(1e-5) }),
  "LayerNormalization two axes": one("LayerNormalization", "x scale", { axis: int(-2) }),
  "Gelu tanh": {
    opset: 20,
    nodes: [node("Gelu", "x", { approximate: { type: "string", value: "tanh" } })],
  },
  "Gelu as exported": withConstants(
    [
      node("Div", "x root", {}, "scaled"),
      node("Erf", "scaled", {}, "erf"),
      node("Add", "erf one", {}, "sum"),
      node("Mul", "x sum", {}, "product"),
      node("Mul", "product half"),
    ],
    float32("root", [Math.SQRT2], []),
    float32("one", [1], []),
    float32("half", [0.5], []),
  ),
  "QuickGelu as exported": withConstants(
    [
      node("Mul", "x factor", {}, "scaled"),
      node("Sigmoid", "scaled", {}, "gate"),
      node("Mul", "x gate"),
    ],
    float64("factor", [1.702], []),
  ),
  ReduceSum: withConstants(one("ReduceSum", "x axes"), int64("axes", [1])),
  "ReduceSum all": one("ReduceSum", "x", { keepdims: int(0) }),
  ReduceMean: {
    opset: 13,
    nodes: [node("ReduceMean", "x", { axes: ints([0, 2]), keepdims: int(0) })],
  },
  ReduceMax: withConstants(one("ReduceMax", "x axes", { keepdims: int(0) }), int64("axes", [-1])),
  ReduceMin: withConstants(one("ReduceMin", "x axes"), int64("axes", [0])),
  ReduceL2: { opset: 17, nodes: [node("ReduceL2", "x", { axes: ints([-1]) })] },
  "Pow square": withConstants(one("Pow", "x exponent"), float32("exponent", [2], [])),
  "Pow root": withConstants(one("Pow", "x exponent"), float64("exponent", [-0.5], [])),
  "Pow by element": withConstants(one("Pow", "x exponent"), float64("exponent", [1, 2, 3])),
  Clip: withConstants(
    one("Clip", "x low high"),
    float64("low", [-0.5], []),
    float64("high", [0.75], []),
  ),
  "Identity and Dropout": {
    nodes: [node("Identity", "x", {}, "same"), node("Dropout", "same")],
  },
  "fan-out": withConstants(
    [
      node("Exp", "x", {}, "e"),
      node("Mul", "e x", {}, "product"),
      node("ReduceSum", "x axes", { keepdims: int(0) }, "sum"),
      node("Add", "product sum"),
    ],
    int64("axes", [0]),
  ),
  "shapes as exported": withConstants(
    [
      node("Shape", "x", {}, "shape"),
      node(
        "Constant",
        "",
        { value: tensor(createOnnxTensor("int64", BigInt64Array.of(0n), [])) },
        "at",
      ),
      node("Gather", "shape at", {}, "batch"),
      node("Unsqueeze", "batch zero", {}, "first"),
      node("Slice", "shape one two", {}, "second"),
      node("Div", "four half", {}, "third"),
      node("Concat", "first second third half", { axis: int(0) }, "target"),
      node("Reshape", "x target", {}, "heads"),
      node("Transpose", "heads", { perm: ints([0, 2, 1, 3]) }),
    ],
    int64("zero", [0]),
    int64("one", [1]),
    int64("two", [2]),
    int64("four", [4]),
    int64("half", [2]),
  ),
  ...layerCases,
};
