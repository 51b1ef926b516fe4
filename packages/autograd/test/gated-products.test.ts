import { differentiate } from "@megapairs/autograd";
import { createOnnxModel, createOnnxTensor, encodeOnnxModel, int } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxNodeDefinition } from "@megapairs/onnx";
import { describe, expect, it } from "vitest";
import { centralDifference, numbersOf, relativeError } from "./central-differences.ts";

const node = (op: string, inputs: string[], output: string): OnnxNodeDefinition => ({
  op,
  inputs,
  outputs: [output],
});

/** The loss is the sum of `y`. */
function modelOf(...nodes: OnnxNodeDefinition[]): OnnxModelDefinition {
  const value = (name: string, shape: number[]) => ({ name, dataType: "float64", shape }) as const;
  return {
    name: "gated",
    opset: 18,
    inputs: [value("x", [2, 3])],
    outputs: [value("loss", [])],
    nodes: [...nodes, { ...node("ReduceSum", ["y"], "loss"), attributes: { keepdims: int(0) } }],
    initializers: [
      { name: "factor", ...createOnnxTensor("float64", Float64Array.of(1.702), []) },
      { name: "factors", ...createOnnxTensor("float64", Float64Array.of(1, 2, 3), [3]) },
    ],
  };
}

const x = createOnnxTensor("float64", Float64Array.of(-3, -1, -0.2, 0, 0.7, 4), [2, 3]);

const gate = (argument: string): OnnxNodeDefinition => node("Sigmoid", [argument], "gate");
const quick = [node("Mul", ["x", "factor"], "scaled"), gate("scaled")];

describe("gated products", () => {
  it.each([
    ["QuickGELU", [...quick, node("Mul", ["x", "gate"], "y")], true],
    ["QuickGELU, the other way round", [...quick, node("Mul", ["gate", "x"], "y")], true],
    ["SiLU", [gate("x"), node("Mul", ["x", "gate"], "y")], true],
    [
      "a gate that is read twice",
      [gate("x"), node("Mul", ["x", "gate"], "z"), node("Add", ["z", "gate"], "y")],
      false,
    ],
    [
      "a factor that is read twice",
      [...quick, node("Mul", ["x", "gate"], "z"), node("Add", ["z", "scaled"], "y")],
      false,
    ],
    [
      "a factor for each column",
      [node("Mul", ["x", "factors"], "scaled"), gate("scaled"), node("Mul", ["x", "gate"], "y")],
      false,
    ],
    ["another gate", [gate("x"), node("Neg", ["x"], "z"), node("Mul", ["z", "gate"], "y")], false],
  ])("%s", async (_, nodes, isOne) => {
    const training = differentiate({ model: modelOf(...nodes), loss: "loss", parameters: ["x"] });
    const session = await createOnnxModel({
      model: encodeOnnxModel(training),
      threads: 1,
      graphOptimization: "basic",
    });
    const results = await session.run({ x });
    const differences: number[] = [];
    for (const at of numbersOf(x).keys()) {
      differences.push(await centralDifference(session, { x }, "x", at, 1e-3));
    }
    await session.dispose();
    const gradient = numbersOf(results["x.gradient"]!);
    expect(relativeError(gradient, differences)).toBeLessThan(1e-8);
    const backward = training.nodes.slice(nodes.length).filter(({ op }) => op !== "ReduceSum");
    expect(backward.length < 6).toBe(isOne);
  });
});
