import { frontAxis, withSize } from "../graph/axes.ts";
import { intAttribute } from "../graph/node-attributes.ts";
import type { ShapeRule } from "./shape-rule.ts";
import { refuse, requiredConstant, requiredInput, show } from "./shape-rule.ts";

/** `Gather`: the shape of the indices takes the place of the axis. */
export const gathering: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const indices = requiredInput(call, 1).shape;
  const axis = frontAxis(intAttribute(call.node, "axis", 0), shape.length);
  return [{ dataType, shape: [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)] }];
};

/** `GatherElements`: as the indices. */
export const gatheringElements: ShapeRule = (call) => {
  const { dataType } = requiredInput(call, 0);
  return [{ dataType, shape: requiredInput(call, 1).shape }];
};

/** `ArgMax` and `ArgMin`. */
export const argument: ShapeRule = (call) => {
  const { shape } = requiredInput(call, 0);
  const axis = frontAxis(intAttribute(call.node, "axis", 0), shape.length);
  const keeps = intAttribute(call.node, "keepdims", 1) === 1;
  const left = shape.filter((_, index) => index !== axis);
  return [{ dataType: "int64", shape: keeps ? withSize(shape, axis, 1) : left }];
};

/** `OneHot` with a constant depth. */
export const oneHot: ShapeRule = (call) => {
  const { shape } = requiredInput(call, 0);
  const [depth = 0] = requiredConstant(call, 1);
  const axis = frontAxis(intAttribute(call.node, "axis", -1), shape.length + 1);
  return [{ dataType: requiredInput(call, 2).dataType, shape: shape.toSpliced(axis, 0, depth) }];
};

/** `GatherND`: what the last axis of the indices does not address, for each of them. */
export const gatheringPositions: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const indices = requiredInput(call, 1).shape;
  const addressed = intAttribute(call.node, "batch_dims", 0) + (indices.at(-1) ?? 0);
  if (addressed > shape.length) {
    refuse(call, `cannot address ${show(shape)} by indices of ${show(indices)}`);
  }
  return [{ dataType, shape: [...indices.slice(0, -1), ...shape.slice(addressed)] }];
};
