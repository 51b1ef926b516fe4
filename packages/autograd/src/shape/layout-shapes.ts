import { countElements } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { frontAxis, range, withSize } from "../graph/axes.ts";
import { broadcastShapes } from "../graph/broadcast-shapes.ts";
import {
  describeNode,
  intAttribute,
  intsAttribute,
  stringAttribute,
} from "../graph/node-attributes.ts";
import { sliceAxes } from "../graph/slice-axes.ts";
import type { ShapeRule } from "./shape-rule.ts";
import { constantInput, refuse, requiredConstant, requiredInput, show } from "./shape-rule.ts";

/** `Reshape`: 0 keeps a size (unless `allowzero`), one -1 takes what is left. */
export const reshaping: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const wanted = requiredConstant(call, 1);
  const keepsZero = intAttribute(call.node, "allowzero", 0) === 1;
  const sizes = wanted.map((size, axis) => (size === 0 && !keepsZero ? (shape[axis] ?? 0) : size));
  const known = countElements(sizes.filter((size) => size !== -1));
  const rest = known === 0 ? 0 : countElements(shape) / known;
  const result = sizes.map((size) => (size === -1 ? rest : size));
  const unknowns = sizes.filter((size) => size === -1).length;
  if (unknowns > 1 || countElements(result) !== countElements(shape) || !Number.isInteger(rest)) {
    refuse(call, `cannot give ${show(shape)} the shape ${show(wanted)}`);
  }
  return [{ dataType, shape: result }];
};

/** `Transpose`. */
export const transposing: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const order = intsAttribute(call.node, "perm") ?? range(shape.length).toReversed();
  if (order.toSorted((a, b) => a - b).join() !== range(shape.length).join()) {
    refuse(call, `cannot put the axes of ${show(shape)} in the order ${show(order)}`);
  }
  return [{ dataType, shape: order.map((axis) => shape[axis] ?? 0) }];
};

/** `Concat`. */
export const concatenating: ShapeRule = (call) => {
  const values = call.node.inputs.map((_, index) => requiredInput(call, index));
  const { dataType, shape } = requiredInput(call, 0);
  const axis = frontAxis(intAttribute(call.node, "axis", 0), shape.length);
  const shapes = values.map((value) => value.shape);
  if (new Set(shapes.map((one) => withSize(one, axis, 0).join())).size > 1) {
    refuse(call, `cannot join ${shapes.map(show).join(", ")} along axis ${axis}`);
  }
  const size = shapes.reduce((sum, one) => sum + (one[axis] ?? 0), 0);
  return [{ dataType, shape: withSize(shape, axis, size) }];
};

/** `Split`: by stated sizes, or into equal parts of which the last may be smaller. */
export const splitting: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const axis = frontAxis(intAttribute(call.node, "axis", 0), shape.length);
  const total = shape[axis] ?? 0;
  const parts = intAttribute(call.node, "num_outputs", call.node.outputs.length);
  const part = Math.ceil(total / parts);
  const sizes =
    constantInput(call, 1) ??
    range(parts).map((index) => Math.max(0, Math.min(part, total - index * part)));
  if (sizes.reduce((sum, size) => sum + size, 0) !== total) {
    refuse(call, `cannot cut an axis of ${total} into ${show(sizes)}`);
  }
  return sizes.map((size) => ({ dataType, shape: withSize(shape, axis, size) }));
};

/** `Slice`. */
export const slicing: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const slices = sliceAxes(
    shape,
    requiredConstant(call, 1),
    requiredConstant(call, 2),
    constantInput(call, 3),
    constantInput(call, 4),
  );
  return [{ dataType, shape: slices.map(({ count }) => count) }];
};

/** `Squeeze`: the axes named, or all of size 1. */
export const squeezing: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const named = constantInput(call, 1)?.map((axis) => frontAxis(axis, shape.length));
  const axes = named ?? range(shape.length).filter((axis) => shape[axis] === 1);
  if (axes.some((axis) => shape[axis] !== 1)) {
    refuse(call, `cannot drop the axes ${show(axes)} of ${show(shape)}, expected sizes of 1`);
  }
  return [{ dataType, shape: shape.filter((_, axis) => !axes.includes(axis)) }];
};

/** `Unsqueeze`. */
export const unsqueezing: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const wanted = requiredConstant(call, 1);
  const rank = shape.length + wanted.length;
  const axes = new Set(wanted.map((axis) => frontAxis(axis, rank)));
  if (axes.size !== wanted.length) refuse(call, `adds an axis twice: ${show(wanted)}`);
  let next = 0;
  return [
    { dataType, shape: range(rank).map((axis) => (axes.has(axis) ? 1 : (shape[next++] ?? 0))) },
  ];
};

/** `Expand`, which broadcasts both ways. */
export const expanding: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  return [{ dataType, shape: broadcastShapes(shape, requiredConstant(call, 1)) }];
};

/** `Flatten` to a matrix. */
export const flattening: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const axis = intAttribute(call.node, "axis", 1);
  const at = axis < 0 ? axis + shape.length : axis;
  const sizes = [countElements(shape.slice(0, at)), countElements(shape.slice(at))];
  return [{ dataType, shape: sizes }];
};

/** `Pad`. */
export const padding: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const pads = requiredConstant(call, 1);
  const axes = constantInput(call, 3) ?? range(shape.length);
  const sizes = [...shape];
  axes.forEach((given, index) => {
    const axis = frontAxis(given, shape.length);
    sizes[axis] = (sizes[axis] ?? 0) + (pads[index] ?? 0) + (pads[index + axes.length] ?? 0);
  });
  return [{ dataType, shape: sizes }];
};

/** `Tile`. */
export const tiling: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const repeats = requiredConstant(call, 1);
  if (repeats.length !== shape.length) refuse(call, `repeats ${show(shape)} by ${show(repeats)}`);
  return [{ dataType, shape: shape.map((size, axis) => size * (repeats[axis] ?? 1)) }];
};

/** `Resize` of all axes, to stated sizes or by stated scales. */
export const resizing: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const sizes = constantInput(call, 3);
  const scales = sizes === undefined ? requiredConstant(call, 2) : [];
  const result = sizes ?? shape.map((size, axis) => Math.floor(size * (scales[axis] ?? 1)));
  const isWhole = call.node.attributes?.["axes"] === undefined && result.length === shape.length;
  if (!isWhole || stringAttribute(call.node, "keep_aspect_ratio_policy", "stretch") !== "stretch") {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(call.node)} resizes some axes or keeps proportions, expected sizes for all axes`,
    );
  }
  return [{ dataType, shape: result }];
};
