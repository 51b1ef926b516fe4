import { int } from "@megapairs/onnx";
import type { OnnxModelDefinition } from "@megapairs/onnx";

/** `left · rightᵀ`: float32 `[leftRows, dimensions]` and `[rightRows, dimensions]` to `[leftRows, rightRows]`. */
export const gemmGraph: OnnxModelDefinition = {
  name: "tile product",
  opset: 18,
  inputs: [
    { name: "left", dataType: "float32", shape: ["leftRows", "dimensions"] },
    { name: "right", dataType: "float32", shape: ["rightRows", "dimensions"] },
  ],
  outputs: [{ name: "scores", dataType: "float32", shape: ["leftRows", "rightRows"] }],
  nodes: [
    { op: "Gemm", inputs: ["left", "right"], outputs: ["scores"], attributes: { transB: int(1) } },
  ],
  initializers: [],
};
