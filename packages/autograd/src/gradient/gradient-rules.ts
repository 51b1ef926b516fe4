import type { GradientRule } from "./gradient-rule.ts";
import {
  addRule,
  castRule,
  clipRule,
  divideRule,
  multiplyRule,
  powerRule,
  subtractRule,
  whereRule,
} from "./rules/arithmetic-rules.ts";
import { convolutionRule } from "./rules/convolution-rule.ts";
import { dropoutRule } from "./rules/dropout-rule.ts";
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
} from "./rules/layout-rules.ts";
import { generalProductRule, matrixProductRule } from "./rules/matrix-rules.ts";
import {
  layerNormalizationRule,
  logSoftmaxRule,
  softmaxRule,
} from "./rules/normalization-rules.ts";
import { extremeRule, lengthRule, meanRule, sumRule } from "./rules/reduction-rules.ts";
import { UNARY_RULES } from "./rules/unary-rules.ts";

/** How to go backwards through an operator of ONNX's own operator set, by its name. */
export const GRADIENT_RULES: ReadonlyMap<string, GradientRule> = new Map([
  ...UNARY_RULES,
  ["Add", addRule],
  ["Cast", castRule],
  ["CastLike", castRule],
  ["Clip", clipRule],
  ["Concat", concatRule],
  ["Conv", convolutionRule],
  ["Div", divideRule],
  ["Dropout", dropoutRule],
  ["Expand", expandRule],
  ["Flatten", reshapeRule],
  ["Gather", gatherRule],
  ["GatherElements", gatherElementsRule],
  ["GatherND", gatherPositionsRule],
  ["Gelu", geluRule],
  ["Gemm", generalProductRule],
  ["LayerNormalization", layerNormalizationRule],
  ["LogSoftmax", logSoftmaxRule],
  ["MatMul", matrixProductRule],
  ["Mul", multiplyRule],
  ["Pow", powerRule],
  ["ReduceL2", lengthRule],
  ["ReduceMax", extremeRule],
  ["ReduceMean", meanRule],
  ["ReduceMin", extremeRule],
  ["ReduceSum", sumRule],
  ["Reshape", reshapeRule],
  ["Slice", sliceRule],
  ["Softmax", softmaxRule],
  ["Split", splitRule],
  ["Squeeze", reshapeRule],
  ["Sub", subtractRule],
  ["Sum", addRule],
  ["Tile", tileRule],
  ["Transpose", transposeRule],
  ["Unsqueeze", reshapeRule],
  ["Where", whereRule],
]);

/** Names of the operators that {@link differentiate} knows, sorted. */
export const differentiableOperators: readonly string[] = [...GRADIENT_RULES.keys()].toSorted();
