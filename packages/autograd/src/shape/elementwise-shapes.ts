import { dataTypeOfCode } from "@megapairs/onnx";
import { broadcastShapes } from "../graph/broadcast-shapes.ts";
import { describeNode, intAttribute } from "../graph/node-attributes.ts";
import type { ShapeRule } from "./shape-rule.ts";
import { refuse, requiredInput } from "./shape-rule.ts";

/** Operators whose output is as their first input. */
export const asFirstInput: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  return [{ dataType, shape }];
};

/** Arithmetic on values that broadcast. */
export const broadcasting: ShapeRule = (call) => {
  const values = call.node.inputs.map((_, index) => requiredInput(call, index));
  const [first] = values;
  const { dataType } = first ?? requiredInput(call, 0);
  const types = new Set(values.map((value) => value.dataType));
  if (types.size > 1 && call.node.op !== "Pow") {
    refuse(call, `takes values of one data type, found ${[...types].join(" and ")}`);
  }
  return [{ dataType, shape: broadcastShapes(...values.map(({ shape }) => shape)) }];
};

/** Comparison and logic: truth values of what broadcasts. */
export const comparing: ShapeRule = (call) => {
  const shapes = call.node.inputs.map((_, index) => requiredInput(call, index).shape);
  return [{ dataType: "bool", shape: broadcastShapes(...shapes) }];
};

/** `Where(condition, x, y)`. */
export const choosing: ShapeRule = (call) => {
  const [condition, x, y] = [0, 1, 2].map((index) => requiredInput(call, index));
  if (condition === undefined || x === undefined || y === undefined) return [];
  if (condition.dataType !== "bool" || x.dataType !== y.dataType) {
    refuse(
      call,
      `takes bool and two values of one type, found ${condition.dataType}, ${x.dataType}, ${y.dataType}`,
    );
  }
  const shape = broadcastShapes(condition.shape, x.shape, y.shape);
  return [{ dataType: x.dataType, shape }];
};

/** `Cast` to the data type that its attribute names. */
export const casting: ShapeRule = (call) => {
  const dataType = dataTypeOfCode(intAttribute(call.node, "to", 0), describeNode(call.node));
  return [{ dataType, shape: requiredInput(call, 0).shape }];
};

/** `CastLike`: values of the first input in the data type of the second. */
export const castingLike: ShapeRule = (call) => {
  const { dataType } = requiredInput(call, 1);
  return [{ dataType, shape: requiredInput(call, 0).shape }];
};

/** `Dropout`: output, and where asked for the mask. */
export const dropping: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  return [
    { dataType, shape },
    { dataType: "bool", shape },
  ];
};
