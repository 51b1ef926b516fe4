import { constant, counting, filled, shapeOf, sizeOf } from "./constant-shapes.ts";
import {
  asFirstInput,
  broadcasting,
  casting,
  castingLike,
  choosing,
  comparing,
  dropping,
} from "./elementwise-shapes.ts";
import {
  argument,
  gathering,
  gatheringElements,
  gatheringPositions,
  oneHot,
} from "./indexing-shapes.ts";
import {
  concatenating,
  expanding,
  flattening,
  padding,
  reshaping,
  resizing,
  slicing,
  splitting,
  squeezing,
  tiling,
  transposing,
  unsqueezing,
} from "./layout-shapes.ts";
import {
  attention,
  convolution,
  einsum,
  generalProduct,
  matrixProduct,
  transposedConvolution,
} from "./matrix-shapes.ts";
import { globalPooling, pooling } from "./pooling-shapes.ts";
import { normalizing, reducing } from "./reduction-shapes.ts";
import operators from "./operators-by-shape.json" with { type: "json" };
import type { ShapeRule } from "./shape-rule.ts";

const each = (names: readonly string[], rule: ShapeRule): (readonly [string, ShapeRule])[] =>
  names.map((name) => [name, rule]);

/** What is known of the outputs of an operator of ONNX's own operator set, by its name. */
export const SHAPE_RULES: ReadonlyMap<string, ShapeRule> = new Map([
  ...each(operators.asFirstInput, asFirstInput),
  ...each(operators.broadcasting, broadcasting),
  ...each(operators.comparing, comparing),
  ...each(operators.reducing, reducing),
  ["ArgMax", argument],
  ["ArgMin", argument],
  ["Attention", attention],
  ["AveragePool", pooling],
  ["Cast", casting],
  ["CastLike", castingLike],
  ["Concat", concatenating],
  ["Constant", constant],
  ["ConstantOfShape", filled],
  ["Conv", convolution],
  ["ConvTranspose", transposedConvolution],
  ["Dropout", dropping],
  ["Einsum", einsum],
  ["Expand", expanding],
  ["Flatten", flattening],
  ["Gather", gathering],
  ["GatherElements", gatheringElements],
  ["GatherND", gatheringPositions],
  ["Gemm", generalProduct],
  ["GlobalAveragePool", globalPooling],
  ["GlobalMaxPool", globalPooling],
  ["LayerNormalization", normalizing],
  ["MatMul", matrixProduct],
  ["MaxPool", pooling],
  ["OneHot", oneHot],
  ["Pad", padding],
  ["Range", counting],
  ["Reshape", reshaping],
  ["Resize", resizing],
  ["Shape", shapeOf],
  ["Size", sizeOf],
  ["Slice", slicing],
  ["Split", splitting],
  ["Squeeze", squeezing],
  ["Tile", tiling],
  ["Transpose", transposing],
  ["Unsqueeze", unsqueezing],
  ["Where", choosing],
]);
