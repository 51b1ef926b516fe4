import { attentionSettings } from "../graph/attention-settings.ts";
import { broadcastShapes } from "../graph/broadcast-shapes.ts";
import { convolutionOf } from "../graph/convolution.ts";
import { einsumEquation } from "../graph/einsum-equation.ts";
import { intAttribute } from "../graph/node-attributes.ts";
import type { ShapeRule } from "./shape-rule.ts";
import { refuse, requiredInput, show } from "./shape-rule.ts";

/** `MatMul`, as NumPy's: leading axes broadcast, vectors gain an axis for the product only. */
export const matrixProduct: ShapeRule = (call) => {
  const a = requiredInput(call, 0);
  const b = requiredInput(call, 1);
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  if (left.length < 2 || right.length < 2 || left.at(-1) !== right.at(-2)) {
    refuse(call, `cannot multiply ${show(a.shape)} with ${show(b.shape)}`);
  }
  if (a.dataType !== b.dataType) refuse(call, `cannot multiply ${a.dataType} with ${b.dataType}`);
  const rows = a.shape.length === 1 ? [] : left.slice(-2, -1);
  const columns = b.shape.length === 1 ? [] : right.slice(-1);
  const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
  return [{ dataType: a.dataType, shape: [...batch, ...rows, ...columns] }];
};

/** `Gemm`: alpha A B + beta C, A and B transposed where asked. */
export const generalProduct: ShapeRule = (call) => {
  const a = requiredInput(call, 0);
  const b = requiredInput(call, 1);
  const left = intAttribute(call.node, "transA", 0) === 0 ? a.shape : a.shape.toReversed();
  const right = intAttribute(call.node, "transB", 0) === 0 ? b.shape : b.shape.toReversed();
  const [rows, inner, ...moreLeft] = left;
  const [other, columns, ...moreRight] = right;
  if (
    rows === undefined ||
    columns === undefined ||
    inner !== other ||
    moreLeft.length + moreRight.length > 0
  ) {
    return refuse(call, `cannot multiply ${show(left)} with ${show(right)}`);
  }
  return [{ dataType: a.dataType, shape: [rows, columns] }];
};

/** `Conv` of any number of spatial axes. */
export const convolution: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const weight = requiredInput(call, 1).shape;
  const { outputSizes } = convolutionOf(call.node, shape, weight);
  return [{ dataType, shape: [shape[0] ?? 0, weight[0] ?? 0, ...outputSizes] }];
};

/** `ConvTranspose` with padding and output padding stated. */
export const transposedConvolution: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const weight = requiredInput(call, 1).shape;
  const settings = convolutionOf({ ...call.node, op: "ConvTranspose" }, shape, weight);
  const channels = (weight[1] ?? 0) * settings.groups;
  return [{ dataType, shape: [shape[0] ?? 0, channels, ...settings.outputSizes] }];
};

/** `Einsum`. */
export const einsum: ShapeRule = (call) => {
  const { dataType } = requiredInput(call, 0);
  const { terms, result } = einsumEquation(call.node);
  const sizes = new Map<string, number>();
  terms.forEach((term, index) => {
    const labels = term.split("");
    const { shape } = requiredInput(call, index);
    const isOther = (label: string, axis: number): boolean =>
      sizes.has(label) && sizes.get(label) !== shape[axis];
    if (labels.length !== shape.length || labels.some(isOther)) {
      refuse(call, `cannot take ${show(shape)} as "${term}"`);
    }
    labels.forEach((label, axis) => sizes.set(label, shape[axis] ?? 0));
  });
  return [{ dataType, shape: result.split("").map((label) => sizes.get(label) ?? 0) }];
};

/** `Attention`: the attended values; caches that it gives out are left open. */
export const attention: ShapeRule = (call) => {
  const { dataType } = requiredInput(call, 0);
  const shapes = [0, 1, 2].map((index) => requiredInput(call, index).shape);
  const { batch, queryHeads, queries, valueWidth, isPacked } = attentionSettings(call.node, shapes);
  const packed = [batch, queries, queryHeads * valueWidth];
  return [{ dataType, shape: isPacked ? packed : [batch, queryHeads, queries, valueWidth] }];
};
