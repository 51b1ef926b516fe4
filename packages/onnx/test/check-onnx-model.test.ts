import { checkOnnxModel, decodeOnnxModel, float, graph, int, ints } from "@megapairs/onnx";
import type {
  OnnxAttributeDefinition,
  OnnxModelDefinition,
  OnnxNodeDefinition,
} from "@megapairs/onnx";
import { expect, it } from "vitest";
import { matmulModel } from "./matmul-model.ts";
import models from "./reference/models.json" with { type: "json" };

const node = (op: string, inputs: string[], outputs: string[], more = {}): OnnxNodeDefinition => ({
  op,
  inputs,
  outputs,
  ...more,
});
const relu = node("Relu", ["x"], ["y"]);
const withNodes = (...nodes: OnnxNodeDefinition[]): OnnxModelDefinition => ({
  ...matmulModel,
  nodes,
});
const inner = { ...matmulModel, inputs: [], initializers: [] };
const branch = (...nodes: OnnxNodeDefinition[]) => ({
  attributes: { then_branch: graph({ ...inner, nodes }) },
});
const [w] = matmulModel.initializers;

it.each<[string, OnnxModelDefinition]>([
  ["a product", matmulModel],
  ["what the onnx package writes", decodeOnnxModel(Buffer.from(models.attributes, "base64"))],
  ["an optional input left out", withNodes(node("Clip", ["x", "", "x"], ["y", ""]))],
  [
    "a default of an input",
    { ...matmulModel, inputs: [...matmulModel.inputs, { name: "w", dataType: "float32" }] },
  ],
  ["an input given out", { ...matmulModel, outputs: matmulModel.inputs }],
  [
    "a branch that reads from outside",
    withNodes(node("If", ["x"], ["y"], branch(node("Exp", ["x"], ["y"])))),
  ],
  [
    "an operator of a stated set",
    { ...withNodes({ ...relu, domain: "com.microsoft" }), domains: { "com.microsoft": 1 } },
  ],
])("checkOnnxModel takes %s", (_, model) => {
  expect(() => {
    checkOnnxModel(model);
  }).not.toThrow();
});

const withAttribute = (attribute: unknown): OnnxModelDefinition =>
  withNodes({ ...relu, attributes: { a: attribute as OnnxAttributeDefinition } });

it.each<[string, OnnxModelDefinition]>([
  ['Relu "y" reads "z", which nothing makes', withNodes(node("Relu", ["z"], ["y"]))],
  [
    'Relu "first" reads "z", which Exp "z" makes only later: expected nodes in order',
    withNodes(node("Relu", ["z"], ["y"], { name: "first" }), node("Exp", ["x"], ["z"])),
  ],
  [
    'Relu "y" reads "z", which depends on what it makes itself',
    withNodes(node("Relu", ["z"], ["y"]), node("Exp", ["y"], ["v"]), node("Exp", ["v"], ["z"])),
  ],
  [
    'Relu "y" reads "y", which depends on what it makes itself',
    withNodes(node("Relu", ["y"], ["y"])),
  ],
  ['Relu "y" makes "y", which the graph has already', withNodes(relu, relu)],
  ['Exp "x" makes "x", which the graph has already', withNodes(node("Exp", ["x"], ["x"]), relu)],
  [
    'an initializer makes "w", which the graph has already',
    { ...matmulModel, initializers: [w!, w!] },
  ],
  [
    'an input makes "x", which',
    { ...matmulModel, inputs: [...matmulModel.inputs, ...matmulModel.inputs] },
  ],
  ['gives out "y", which nothing makes', withNodes(node("Relu", ["x"], ["z"]))],
  [
    'Exp "b" has the name of another node',
    withNodes({ ...relu, name: "b" }, node("Exp", ["y"], ["z"], { name: "b" })),
  ],
  [
    'Relu "y" is of the operator set "com.microsoft"',
    withNodes({ ...relu, domain: "com.microsoft" }),
  ],
  ['"y" has no operator', withNodes({ ...relu, op: "" })],
  [
    'Exp "y" reads "q", which nothing makes',
    withNodes(node("If", ["x"], ["y"], branch(node("Exp", ["q"], ["y"])))),
  ],
  [
    'Relu "y" has an attribute a of type complex, expected one of float, int,',
    withAttribute({ type: "complex", value: 1 }),
  ],
  ["has an attribute a of type int that holds 1.5", withAttribute(int(1.5))],
  ["has an attribute a of type ints that holds [ 1, 'a' ]", withAttribute(ints([1, "a" as never]))],
  ["has an attribute a of type float that holds '1'", withAttribute(float("1" as never))],
  ["has an attribute a of type tensor that holds", withAttribute({ type: "tensor", value: [1] })],
])("checkOnnxModel refuses: %s", (message, model) => {
  const check = (): void => {
    checkOnnxModel(model);
  };
  expect(check).toThrowError(message);
  expect(check).toThrowError(expect.objectContaining({ code: "invalid-argument" }));
});
