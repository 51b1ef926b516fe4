import { differentiate } from "@megapairs/autograd";
import { createOnnxModel, createOnnxTensor, encodeOnnxModel, int } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxNodeDefinition } from "@megapairs/onnx";
import { expect, it } from "vitest";
import { numbersOf } from "./central-differences.ts";

const w = createOnnxTensor("float32", Float32Array.of(1, -2, 3, 4), [2, 2]);
const node = (op: string, inputs: string[], output: string): OnnxNodeDefinition => ({
  op,
  inputs,
  outputs: [output],
});

/** loss = sum of the value "y" that the nodes make of w and v. */
function modelOf(nodes: OnnxNodeDefinition[]): OnnxModelDefinition {
  const sum = { ...node("ReduceSum", ["y"], "loss"), attributes: { keepdims: int(0) } };
  return {
    name: "small",
    opset: 18,
    inputs: [],
    outputs: [{ name: "loss", dataType: "float32", shape: [] }],
    nodes: [...nodes, sum],
    initializers: [
      { name: "w", ...w },
      { name: "v", ...w },
    ],
  };
}

it("ends a training graph with its gradients, in the order in which the forward pass reads", () => {
  const model = modelOf([node("Exp", ["v"], "e"), node("MatMul", ["e", "w"], "y")]);
  const training = differentiate({ model, loss: "loss", parameters: ["w", "v"] });
  expect(training.nodes.slice(-2).map(({ outputs }) => outputs)).toEqual([
    ["v.gradient"],
    ["w.gradient"],
  ]);
  expect(training.outputs.map(({ name }) => name)).toEqual(["loss", "w.gradient", "v.gradient"]);
  expect(training.nodes.filter(({ op }) => op === "Identity")).toEqual([]);
});

it("copies a gradient that something else reads", async () => {
  const model = modelOf([node("Add", ["w", "v"], "h"), node("Exp", ["h"], "y")]);
  const training = differentiate({ model, loss: "loss", parameters: ["w", "v"] });
  const session = await createOnnxModel({ model: encodeOnnxModel(training), threads: 1 });
  const results = await session.run({ w, v: w });
  await session.dispose();
  expect(results["w.gradient"]).toEqual(results["v.gradient"]);
  expect(numbersOf(results["w.gradient"]!)[0]).toBeCloseTo(Math.exp(2), 4);
});
