import { differentiate, peakMemory } from "@megapairs/autograd";
import { createOnnxTensor, int } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxNodeDefinition } from "@megapairs/onnx";
import { expect, it } from "vitest";

const node = (op: string, inputs: string[], output: string): OnnxNodeDefinition => ({
  op,
  inputs,
  outputs: [output],
});

/** A graph of x [n, 25] float32, which is 100 bytes for each of n. */
function modelOf(nodes: OnnxNodeDefinition[], ...outputs: string[]): OnnxModelDefinition {
  return {
    name: "small",
    opset: 18,
    inputs: [{ name: "x", dataType: "float32", shape: ["n", 25] }],
    outputs: outputs.map((name) => ({ name, dataType: "float32" })),
    nodes,
    initializers: [],
  };
}
const peak = (nodes: OnnxNodeDefinition[], ...outputs: string[]): number =>
  peakMemory(modelOf(nodes, ...outputs), { dimensions: { n: 1 } });

const exp = node("Exp", ["x"], "e");
const softmax = node("Softmax", ["e"], "s");
const tanh = node("Tanh", ["s"], "t");

it.each<[string, number, number]>([
  ["nothing but an output", peak([exp], "e"), 100],
  ["a value beside what is made of it", peak([exp, softmax], "s"), 200],
  [
    "a value no longer than it is read",
    peak([exp, softmax, node("Softmax", ["s"], "y")], "y"),
    200,
  ],
  ["a value and what is read later", peak([exp, softmax, node("Mul", ["e", "s"], "y")], "y"), 300],
  [
    "one value where one is written over",
    peak([exp, softmax, tanh, node("Softmax", ["t"], "y")], "y"),
    200,
  ],
  ["an output to the end", peak([exp, softmax, tanh], "e", "t"), 300],
  ["no view", peak([exp, node("Flatten", ["e"], "f"), node("Softmax", ["f"], "y")], "y"), 200],
])("counts %s", (_, found, expected) => {
  expect(found).toBe(expected);
});

it("follows the order in which ONNX Runtime works, not that of the file", () => {
  // Both branches of the sum need 200 bytes; the later one in the file is made first, down to 4 bytes.
  const branch = (name: string): OnnxNodeDefinition[] => [
    node("Softmax", ["x"], `${name}1`),
    node("Softmax", [`${name}1`], `${name}2`),
    { ...node("ReduceSum", [`${name}2`], name), attributes: { keepdims: int(0) } },
  ];
  const [a1, a2, a3] = branch("a");
  const [b1, b2, b3] = branch("b");
  const nodes = [a1, b1, a2, b2, a3, b3, node("Add", ["a", "b"], "y")].map((each) => each!);
  expect(peak(nodes, "y")).toBe(204);
});

it("grows with the batch", () => {
  const weight = { name: "w", ...createOnnxTensor("float32", new Float32Array(25), [25, 1]) };
  const model = {
    ...modelOf([node("MatMul", ["x", "w"], "h"), node("Exp", ["h"], "y")], "y"),
    initializers: [weight],
  };
  const sum = { ...node("ReduceSum", ["y"], "loss"), attributes: { keepdims: int(0) } };
  const settings = {
    model: { ...model, nodes: [...model.nodes, sum] },
    loss: "loss",
    parameters: ["w"],
  };
  const [one, ten] = [1, 10].map((n) =>
    peakMemory(differentiate({ ...settings, dimensions: { n } })),
  );
  expect(ten! - 100).toBe(10 * (one! - 100));
});
