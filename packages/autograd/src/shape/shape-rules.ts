import { constant, counting, filled, shapeOf } from "./constant-shapes.ts";
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
  slicing,
  splitting,
  squeezing,
  tiling,
  transposing,
  unsqueezing,
} from "./layout-shapes.ts";
import {
  convolution,
  generalProduct,
  matrixProduct,
  transposedConvolution,
} from "./matrix-shapes.ts";
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
  ["Cast", casting],
  ["CastLike", castingLike],
  ["Concat", concatenating],
  ["Constant", constant],
  ["ConstantOfShape", filled],
  ["Conv", convolution],
  ["ConvTranspose", transposedConvolution],
  ["Dropout", dropping],
  ["Expand", expanding],
  ["Flatten", flattening],
  ["Gather", gathering],
  ["GatherElements", gatheringElements],
  ["GatherND", gatheringPositions],
  ["Gemm", generalProduct],
  ["LayerNormalization", normalizing],
  ["MatMul", matrixProduct],
  ["OneHot", oneHot],
  ["Pad", padding],
  ["Range", counting],
  ["Reshape", reshaping],
  ["Shape", shapeOf],
  ["Slice", slicing],
  ["Split", splitting],
  ["Squeeze", squeezing],
  ["Tile", tiling],
  ["Transpose", transposing],
  ["Unsqueeze", unsqueezing],
  ["Where", choosing],
]);
