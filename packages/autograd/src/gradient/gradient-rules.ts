import type { GradientRule } from "./gradient-rule.ts";
import {
  addRule,
  castRule,
  divideRule,
  multiplyRule,
  powerRule,
  subtractRule,
} from "./rules/arithmetic-rules.ts";
import { attentionRule } from "./rules/attention-rule.ts";
import { clipRule, extremeOfRule, whereRule } from "./rules/comparison-rules.ts";
import { convolutionRule } from "./rules/convolution-rule.ts";
import { dropoutRule } from "./rules/dropout-rule.ts";
import { einsumRule } from "./rules/einsum-rule.ts";
import { geluRule } from "./rules/gelu-rule.ts";
import { gatherElementsRule, gatherPositionsRule, gatherRule } from "./rules/indexing-rules.ts";
import {
  concatRule,
  expandRule,
  reshapeRule,
  sliceRule,
  splitRule,
  tileRule,
  transposeRule,
  triangleRule,
} from "./rules/layout-rules.ts";
import { generalProductRule, matrixProductRule } from "./rules/matrix-rules.ts";
import {
  batchNormalizationRule,
  layerNormalizationRule,
  logSoftmaxRule,
  rootMeanSquareRule,
  softmaxRule,
} from "./rules/normalization-rules.ts";
import { averagePoolRule, globalAveragePoolRule, maxPoolRule } from "./rules/pooling-rules.ts";
import {
  extremeRule,
  lengthRule,
  meanRule,
  runningSumRule,
  sumRule,
} from "./rules/reduction-rules.ts";
import { rotaryRule } from "./rules/rotary-rule.ts";
import { hardSwishRule, swishRule } from "./rules/swish-rules.ts";
import { UNARY_RULES } from "./rules/unary-rules.ts";

/** How to go backwards through an operator of ONNX's own operator set, by its name. */
export const GRADIENT_RULES: ReadonlyMap<string, GradientRule> = new Map([
  ...UNARY_RULES,
  ["Add", addRule],
  ["Attention", attentionRule],
  ["AveragePool", averagePoolRule],
  ["BatchNormalization", batchNormalizationRule],
  ["Cast", castRule],
  ["CastLike", castRule],
  ["Clip", clipRule],
  ["Concat", concatRule],
  ["Conv", convolutionRule],
  ["CumSum", runningSumRule],
  ["Div", divideRule],
  ["Dropout", dropoutRule],
  ["Einsum", einsumRule],
  ["Expand", expandRule],
  ["Flatten", reshapeRule],
  ["Gather", gatherRule],
  ["GatherElements", gatherElementsRule],
  ["GatherND", gatherPositionsRule],
  ["Gelu", geluRule],
  ["Gemm", generalProductRule],
  ["GlobalAveragePool", globalAveragePoolRule],
  ["HardSwish", hardSwishRule],
  ["LayerNormalization", layerNormalizationRule],
  ["LogSoftmax", logSoftmaxRule],
  ["MatMul", matrixProductRule],
  ["Max", extremeOfRule],
  ["MaxPool", maxPoolRule],
  ["Min", extremeOfRule],
  ["Mul", multiplyRule],
  ["Pow", powerRule],
  ["RMSNormalization", rootMeanSquareRule],
  ["ReduceL2", lengthRule],
  ["ReduceMax", extremeRule],
  ["ReduceMean", meanRule],
  ["ReduceMin", extremeRule],
  ["ReduceSum", sumRule],
  ["Reshape", reshapeRule],
  ["RotaryEmbedding", rotaryRule],
  ["Slice", sliceRule],
  ["Softmax", softmaxRule],
  ["Split", splitRule],
  ["Squeeze", reshapeRule],
  ["Sub", subtractRule],
  ["Sum", addRule],
  ["Swish", swishRule],
  ["Tile", tileRule],
  ["Transpose", transposeRule],
  ["Trilu", triangleRule],
  ["Unsqueeze", reshapeRule],
  ["Where", whereRule],
]);

/** Names of the operators that {@link differentiate} knows, sorted. */
export const differentiableOperators: readonly string[] = [...GRADIENT_RULES.keys()].toSorted();
