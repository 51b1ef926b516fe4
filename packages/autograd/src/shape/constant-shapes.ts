import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { tensorAttribute } from "../graph/node-attributes.ts";
import type { ShapeCall, ShapeRule } from "./shape-rule.ts";
import { refuse, requiredConstant, requiredInput } from "./shape-rule.ts";

/** `Constant` in any of its forms but the sparse one. */
export const constant: ShapeRule = (call) => {
  const tensor = constantTensor(call);
  return [{ dataType: tensor.dataType, shape: tensor.dims, constant: tensor }];
};

function constantTensor(call: ShapeCall): OnnxTensor {
  const attribute = Object.values(call.node.attributes ?? {})[0];
  if (attribute?.type === "tensor") return attribute.value;
  if (attribute?.type === "int") {
    return createOnnxTensor("int64", BigInt64Array.of(BigInt(attribute.value)), []);
  }
  if (attribute?.type === "float") {
    return createOnnxTensor("float32", Float32Array.of(attribute.value), []);
  }
  if (attribute?.type === "ints") {
    return createOnnxTensor("int64", BigInt64Array.from(attribute.value, BigInt));
  }
  if (attribute?.type === "floats") {
    return createOnnxTensor("float32", Float32Array.from(attribute.value));
  }
  return refuse(call, "states no tensor or numbers");
}

/** `ConstantOfShape`. */
export const filled: ShapeRule = (call) => {
  const dataType = tensorAttribute(call.node, "value")?.dataType ?? "float32";
  return [{ dataType, shape: requiredConstant(call, 0) }];
};

/** `Shape`. */
export const shapeOf: ShapeRule = (call) => {
  const { shape } = requiredInput(call, 0);
  return [{ dataType: "int64", shape: [shape.slice(...shapeBounds(call)).length] }];
};

/** `Size`. */
export const sizeOf: ShapeRule = (call) => {
  requiredInput(call, 0);
  return [{ dataType: "int64", shape: [] }];
};

/** From which axis to which, not included, a `Shape` node tells sizes. */
export function shapeBounds({ node }: Pick<ShapeCall, "node">): [number, number | undefined] {
  const { start, end } = node.attributes ?? {};
  return [
    start?.type === "int" ? Number(start.value) : 0,
    end?.type === "int" ? Number(end.value) : undefined,
  ];
}

/** `Range` with constant bounds. */
export const counting: ShapeRule = (call) => {
  const { dataType } = requiredInput(call, 0);
  const [[start = 0], [limit = 0], [step = 1]] = [
    requiredConstant(call, 0),
    requiredConstant(call, 1),
    requiredConstant(call, 2),
  ];
  return [{ dataType, shape: [Math.max(0, Math.ceil((limit - start) / step))] }];
};
