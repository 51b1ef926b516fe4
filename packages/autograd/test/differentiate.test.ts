import { differentiate } from "@megapairs/autograd";
import {
  createOnnxModel,
  createOnnxTensor,
  encodeOnnxModel,
  float,
  int,
  string,
} from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxNodeDefinition } from "@megapairs/onnx";
import { describe, expect, it } from "vitest";
import { numbersOf } from "./central-differences.ts";

const w = { name: "w", ...createOnnxTensor("float32", Float32Array.of(1, -2, 3, 4), [2, 2]) };
const v = { name: "v", ...createOnnxTensor("float32", Float32Array.of(1, 2), [2, 1]) };

/** loss = sum of the value "y" that the nodes make of x [n, 2], w [2, 2] and v [2, 1]. */
function modelOf(nodes: OnnxNodeDefinition[], opset = 18): OnnxModelDefinition {
  const sum = {
    op: "ReduceSum",
    inputs: ["y"],
    outputs: ["loss"],
    attributes: { keepdims: int(0) },
  };
  return {
    name: "small",
    opset,
    inputs: [{ name: "x", dataType: "float32", shape: ["n", 2] }],
    outputs: [{ name: "loss", dataType: "float32", shape: [] }],
    nodes: [...nodes, sum],
    initializers: [w, v],
  };
}

const node = (op: string, inputs: string[], output: string): OnnxNodeDefinition => ({
  op,
  inputs,
  outputs: [output],
});
const product = node("MatMul", ["x", "w"], "h");
const layers = modelOf([product, node("MatMul", ["h", "v"], "y")]);
const settings = { model: layers, loss: "loss", parameters: ["w"], dimensions: { n: 3 } };
const { name: _, ...weight } = w;
const x = createOnnxTensor("float32", Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);

const having = (each: OnnxNodeDefinition, attributes: OnnxNodeDefinition["attributes"]) => ({
  ...each,
  attributes,
});
/** Forms of operators with a rule which that does not cover. */
const unsupported: [string, OnnxNodeDefinition][] = [
  [
    'BatchNormalization "y" is in training mode',
    having(node("BatchNormalization", ["h", "v", "v", "v", "v"], "y"), { training_mode: int(1) }),
  ],
  [
    'Einsum "y" has the equation "...i->i"',
    having(node("Einsum", ["h"], "y"), { equation: string("...i -> i") }),
  ],
  [
    'Einsum "y" has the equation "ii->i"',
    having(node("Einsum", ["h"], "y"), { equation: string("ii->i") }),
  ],
  [
    'Attention "y" has a cache, lengths or softcap',
    having(node("Attention", ["h", "h", "h"], "y"), { softcap: float(2) }),
  ],
  [
    'Attention "y" has a cache, lengths or softcap',
    node("Attention", ["h", "h", "h", "", "h", "h"], "y"),
  ],
  ['MaxPool "y" rounds sizes up', having(node("MaxPool", ["h"], "y"), { ceil_mode: int(1) })],
];

describe("differentiate", () => {
  it("makes a parameter an input, and keeps what is frozen a constant", () => {
    const { inputs, outputs, initializers } = differentiate(settings);
    expect(inputs).toEqual([
      { name: "x", dataType: "float32", shape: [3, 2] },
      { name: "w", dataType: "float32", shape: [2, 2] },
    ]);
    expect(outputs.map(({ name }) => name)).toEqual(["loss", "w.gradient"]);
    expect(initializers).toContainEqual(v);
    expect(initializers).not.toContainEqual(w);
  });

  it("builds no more than the gradients asked for need", () => {
    const both = differentiate({ ...settings, parameters: ["w", "v"] });
    const last = differentiate({ ...settings, parameters: ["v"] });
    const products = ({ nodes }: OnnxModelDefinition) =>
      nodes.filter(({ op }) => op === "MatMul" || op === "Gemm").length;
    expect([products(layers), products(last), products(both)]).toEqual([2, 3, 5]);
  });

  it("differentiates by an input, and gives out further values and the norm", async () => {
    const training = differentiate({
      ...settings,
      parameters: ["w", "x"],
      outputs: ["y"],
      gradientNorm: true,
    });
    expect(training.outputs.map(({ name }) => name)).toEqual([
      "loss",
      "y",
      "w.gradient",
      "x.gradient",
      "gradient_norm",
    ]);
    const model = await createOnnxModel({ model: encodeOnnxModel(training), threads: 1 });
    const results = await model.run({ x, w: weight });
    await model.dispose();
    expect(numbersOf(results["w.gradient"]!)).toEqual([9, 18, 12, 24]);
    expect(numbersOf(results["x.gradient"]!)).toEqual([-3, 11, -3, 11, -3, 11]);
    const squares = [9, 18, 12, 24, -3, 11, -3, 11, -3, 11].reduce((sum, g) => sum + g * g, 0);
    expect(numbersOf(results["gradient_norm"]!)[0]).toBeCloseTo(Math.sqrt(squares), 4);
  });

  it("gives the same record each time", () => {
    expect(differentiate(settings)).toEqual(differentiate(settings));
  });

  it("stops quietly at what is no floating-point number", async () => {
    const truth = node("Greater", ["h", "h"], "truth");
    const model = modelOf([
      product,
      truth,
      node("CastLike", ["truth", "x"], "c"),
      node("Add", ["c", "h"], "y"),
    ]);
    const training = differentiate({ ...settings, model });
    const session = await createOnnxModel({ model: encodeOnnxModel(training), threads: 1 });
    const results = await session.run({ x, w: weight });
    await session.dispose();
    expect(numbersOf(results["w.gradient"]!)).toEqual([9, 9, 12, 12]);
  });

  it("takes a graph of its own making", async () => {
    const first = differentiate(settings);
    const square = node("Mul", ["w.gradient", "w.gradient"], "square");
    const sum = { ...node("ReduceSum", ["square"], "second"), attributes: { keepdims: int(0) } };
    const model = { ...first, nodes: [...first.nodes, square, sum] };
    const training = differentiate({ model, loss: "second", parameters: ["x"] });
    const session = await createOnnxModel({ model: encodeOnnxModel(training), threads: 1 });
    const feeds = Object.fromEntries(
      training.inputs.map(({ name }) => [name, name === "x" ? x : weight]),
    );
    const results = await session.run(feeds);
    await session.dispose();
    expect(numbersOf(results["second"]!)).toEqual([9 ** 2 + 18 ** 2 + 12 ** 2 + 24 ** 2]);
    expect(numbersOf(results["x.gradient"]!)).toEqual([90, 120, 90, 120, 90, 120]);
  });

  it("takes operators it does not know where no gradient passes", () => {
    const odd = { ...node("Foo", ["x"], "odd"), domain: "com.example" };
    const model = modelOf([odd, product, node("Identity", ["h"], "y")]);
    expect(differentiate({ ...settings, model }).outputs).toHaveLength(2);
  });

  it.each<[string, string, Partial<Parameters<typeof differentiate>[0]>]>([
    [
      "unsupported",
      'Floor "y" has no rule',
      { model: modelOf([product, node("Floor", ["h"], "y")]) },
    ],
    [
      "unsupported",
      'com.example.Foo "y" has no shape rule',
      { model: modelOf([product, { ...node("Foo", ["h"], "y"), domain: "com.example" }]) },
    ],
    ["unsupported", "operator set 12, expected at least 13", { model: modelOf([], 12) }],
    [
      "invalid-argument",
      'MatMul "y" cannot multiply [3, 2] with [3, 2]',
      { model: modelOf([node("MatMul", ["x", "x"], "y")]) },
    ],
    [
      "invalid-argument",
      'makes "h", which the graph has already',
      { model: modelOf([product, product]) },
    ],
    ["invalid-argument", 'input "x" has the shape [n, 2]', { dimensions: {} }],
    ["invalid-argument", 'the loss "h" is float32 [3, 2], expected one', { loss: "h" }],
    ["unsupported", '"nothing" is not known', { loss: "nothing" }],
    [
      "unsupported",
      'Clip "y" has no rule to differentiate by its input "h"',
      { model: modelOf([product, node("Clip", ["x", "h"], "y")]) },
    ],
    ...unsupported.map(([message, each]): [string, string, { model: OnnxModelDefinition }] => [
      "unsupported",
      message,
      { model: modelOf([product, each]) },
    ]),
    ["invalid-argument", "no parameter is named", { parameters: [] }],
    ["invalid-argument", 'the parameter "q" is no value', { parameters: ["q"] }],
    ["invalid-argument", 'the parameter "h" is a computed', { parameters: ["h"] }],
    [
      "invalid-argument",
      'the loss "loss" does not depend on the parameter "v"',
      { model: modelOf([node("MatMul", ["x", "w"], "y")]), parameters: ["v"] },
    ],
  ])("refuses with %s: %s", (code, message, change) => {
    const attempt = (): unknown => differentiate({ ...settings, ...change });
    expect(attempt).toThrowError(message);
    expect(attempt).toThrowError(expect.objectContaining({ code }));
  });
});
