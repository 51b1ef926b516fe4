import { poolingOf } from "../graph/convolution.ts";
import type { ShapeRule } from "./shape-rule.ts";
import { requiredInput } from "./shape-rule.ts";

/** `AveragePool`, and `MaxPool` with the places of the largest where asked for. */
export const pooling: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  const [count = 0, channels = 0] = shape;
  const pooled = [count, channels, ...poolingOf(call.node, shape).outputSizes];
  return [
    { dataType, shape: pooled },
    { dataType: "int64", shape: pooled },
  ];
};

/** `GlobalAveragePool` and `GlobalMaxPool`. */
export const globalPooling: ShapeRule = (call) => {
  const { dataType, shape } = requiredInput(call, 0);
  return [{ dataType, shape: shape.map((size, axis) => (axis < 2 ? size : 1)) }];
};
