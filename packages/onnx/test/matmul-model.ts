import type { OnnxModelDefinition } from "@megapairs/onnx";

/** y [n, 3] = x [n, 2] times w [2, 3]. */
export const matmulModel: OnnxModelDefinition = {
  name: "matmul",
  opset: 18,
  inputs: [{ name: "x", dataType: "float32", shape: ["n", 2] }],
  outputs: [{ name: "y", dataType: "float32", shape: ["n", 3] }],
  nodes: [{ op: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
  initializers: [
    { name: "w", dataType: "float32", dims: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  ],
};
