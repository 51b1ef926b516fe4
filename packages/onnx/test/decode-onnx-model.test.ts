import { decodeOnnxModel, float, graph, int, ints, string, tensor } from "@megapairs/onnx";
import type { OnnxInitializerDefinition } from "@megapairs/onnx";
import { describe, expect, it } from "vitest";
import models from "./reference/models.json" with { type: "json" };

const read = (name: keyof typeof models) => decodeOnnxModel(Buffer.from(models[name], "base64"));

describe("decodeOnnxModel, on files of the onnx package", () => {
  it("reads a whole model", () => {
    expect(read("matmul")).toEqual({
      name: "reference",
      opset: 18,
      irVersion: 8,
      producer: "onnx",
      inputs: [{ name: "x", dataType: "float32", shape: ["n", 2] }],
      outputs: [{ name: "y", dataType: "float32", shape: ["n", 3] }],
      nodes: [{ op: "MatMul", name: "first", inputs: ["x", "w"], outputs: ["y"] }],
      initializers: [
        { name: "w", dataType: "float32", dims: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) },
      ],
    });
  });

  it("reads every data type out of the field of numbers it has besides raw bytes", () => {
    const data = Object.fromEntries(
      read("data-types").initializers.map((value) => [value.name, "data" in value && value.data]),
    );
    expect(data).toEqual({
      float32: Float32Array.of(1.5, -2),
      float64: Float64Array.of(0.1, -3),
      float16: Uint16Array.of(0x3e00, 0xc000),
      bfloat16: Uint16Array.of(0x3fc0, 0xc000),
      int8: Int8Array.of(-1, 2),
      uint8: Uint8Array.of(1, 255),
      int16: Int16Array.of(-300, 5),
      uint16: Uint16Array.of(3, 65_535),
      int32: Int32Array.of(-70_000, 1),
      uint32: Uint32Array.of(1, 2 ** 32 - 1),
      int64: BigInt64Array.of(-(2n ** 62n), 3n),
      uint64: BigUint64Array.of(2n ** 64n - 1n, 3n),
      bool: Uint8Array.of(1, 0),
      string: ["a", "é"],
    });
  });

  it("reads every kind of attribute", () => {
    const [branches, leaky, , convolution, cast] = read("attributes").nodes;
    const branch = (value: number) => {
      const data = Float32Array.of(value);
      const constant: OnnxInitializerDefinition = {
        name: "c",
        dataType: "float32",
        dims: [1],
        data,
      };
      return graph({
        name: `branch-${value}`,
        inputs: [],
        outputs: [{ name: "r", dataType: "float32", shape: [1] }],
        nodes: [
          { op: "Constant", inputs: [], outputs: ["r"], attributes: { value: tensor(constant) } },
        ],
        initializers: [],
      });
    };
    expect(branches?.attributes).toEqual({ then_branch: branch(1), else_branch: branch(2) });
    expect(leaky?.attributes).toEqual({ alpha: float(0.25) });
    expect(convolution?.attributes).toEqual({
      auto_pad: string("NOTSET"),
      group: int(1),
      kernel_shape: ints([1]),
      pads: ints([0, 0]),
    });
    expect(cast?.attributes).toEqual({ to: int(1) });
  });

  it.each([
    ["nothing", new Uint8Array(0)],
    ["text", new TextEncoder().encode("<html>not found</html>")],
    ["half a file", Buffer.from(models.matmul, "base64").subarray(0, 60)],
  ])("refuses %s as corrupt-data", (_, bytes) => {
    expect(() => decodeOnnxModel(bytes)).toThrowError(
      expect.objectContaining({ code: "corrupt-data" }),
    );
  });
});
