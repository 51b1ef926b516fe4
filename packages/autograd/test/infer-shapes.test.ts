import { inferShapes } from "@megapairs/autograd";
import { createOnnxTensor, string } from "@megapairs/onnx";
import type { OnnxNodeDefinition, OnnxTensor } from "@megapairs/onnx";
import { describe, expect, it } from "vitest";
import { float32, int64, node } from "./case-parts.ts";

/** Every value of a graph over x [3, 2]. */
const valuesOf = (...nodes: OnnxNodeDefinition[]) =>
  inferShapes(
    {
      name: "shapes",
      opset: 18,
      inputs: [{ name: "x", dataType: "float32", shape: ["n", 2] }],
      outputs: [],
      nodes,
      initializers: [
        int64("seven", [-7, 7]),
        int64("four", [4, -4]),
        int64("sizes", [6, 6]),
        float32("half", [0.5, 1.5]),
        float32("root", [0.5], []),
      ],
    },
    { dimensions: { n: 3 } },
  );
const ints = (...values: number[]): OnnxTensor =>
  createOnnxTensor("int64", BigInt64Array.from(values, BigInt));

describe("inferShapes", () => {
  it("gives shapes, and values of shape arithmetic", () => {
    const values = valuesOf(
      node("Shape", "x", {}, "shape"),
      node("Mul", "shape shape", {}, "squares"),
      node("Exp", "x"),
    );
    expect(values.get("y")).toEqual({ dataType: "float32", shape: [3, 2] });
    expect(values.get("squares")?.constant).toEqual(ints(9, 4));
  });

  it.each<[string, OnnxTensor, OnnxNodeDefinition]>([
    [
      "how many elements there are",
      createOnnxTensor("int64", BigInt64Array.of(6n), []),
      node("Size", "x"),
    ],
    ["remainders with the sign of the divisor", ints(1, -1), node("Mod", "seven four")],
    [
      "whole numbers below",
      createOnnxTensor("float32", Float32Array.of(0, 1)),
      node("Floor", "half"),
    ],
    ["powers", createOnnxTensor("int64", BigInt64Array.of(2n, 2n)), node("Pow", "powers root")],
  ])("computes %s", (_, expected, each) => {
    const powers = node("Mul", "four four", {}, "sixteen");
    const roots = node("Pow", "sixteen root", {}, "powers");
    expect(valuesOf(powers, roots, each).get("y")?.constant).toEqual(expected);
  });

  it("knows what Resize makes of sizes, and of scales", () => {
    const bySizes = node("Resize", "x   sizes", { mode: string("cubic") }, "a");
    const byScales = node("Resize", "x  half", {}, "b");
    const values = valuesOf(bySizes, byScales);
    expect([values.get("a")?.shape, values.get("b")?.shape]).toEqual([
      [6, 6],
      [1, 3],
    ]);
  });

  it("knows that a test for NaN gives truth values", () => {
    expect(valuesOf(node("IsNaN", "x")).get("y")).toEqual({ dataType: "bool", shape: [3, 2] });
  });

  it.each<[string, OnnxNodeDefinition]>([
    ['Einsum "y" cannot take [3, 2] as "abc"', node("Einsum", "x", { equation: string("abc->a") })],
    [
      'Einsum "y" cannot take [3, 2] as "ba"',
      node("Einsum", "x x", { equation: string("ab,ba->a") }),
    ],
    [
      'Einsum "y" has the equation "ab->c" for 1 inputs',
      node("Einsum", "x", { equation: string("ab->c") }),
    ],
    [
      'Attention "y" has queries, keys and values [3, 2], [3, 2], [3, 2]',
      node("Attention", "x x x"),
    ],
  ])("refuses: %s", (message, each) => {
    expect(() => valuesOf(each)).toThrowError(message);
    expect(() => valuesOf(each)).toThrowError(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});
