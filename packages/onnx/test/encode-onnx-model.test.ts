import { decodeOnnxModel, encodeOnnxModel, floats, int, ints, strings } from "@megapairs/onnx";
import type { OnnxAttributeDefinition, OnnxInitializerDefinition } from "@megapairs/onnx";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import models from "./reference/models.json" with { type: "json" };
import { matmulModel } from "./matmul-model.ts";

const exactInt = fc.oneof(
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).filter((n) => n !== BigInt(Number(n))),
);
const attribute: fc.Arbitrary<OnnxAttributeDefinition> = fc.oneof(
  exactInt.map(int),
  fc.array(exactInt).map(ints),
  fc.array(fc.float({ noNaN: true })).map(floats),
  fc.array(fc.string({ unit: "grapheme" })).map(strings),
);
const initializer: fc.Arbitrary<OnnxInitializerDefinition> = fc
  .oneof(
    fc.record({
      name: fc.string(),
      dataType: fc.constant("float32" as const),
      data: fc.float32Array(),
    }),
    fc.record({
      name: fc.string(),
      dataType: fc.constant("int64" as const),
      data: fc.bigInt64Array(),
    }),
    fc.record({ name: fc.string(), dataType: fc.constant("bool" as const), data: fc.uint8Array() }),
    fc.record({
      name: fc.string(),
      dataType: fc.constant("string" as const),
      data: fc.array(fc.string({ unit: "grapheme" })),
    }),
  )
  .map((value) => ({ ...value, dims: [value.data.length] }));

describe("encodeOnnxModel", () => {
  it("writes what decodeOnnxModel reads back equal", () => {
    const node = fc.record({
      op: fc.string(),
      inputs: fc.array(fc.string()),
      outputs: fc.array(fc.string()),
      attributes: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), attribute, { minKeys: 1 }),
    });
    const value = fc.record(
      {
        name: fc.string(),
        dataType: fc.constantFrom("float16" as const, "uint64" as const),
        shape: fc.array(fc.oneof(fc.nat(), fc.string())),
      },
      { requiredKeys: ["name", "dataType"] },
    );
    const model = fc.record({
      name: fc.string(),
      opset: fc.integer({ min: 7, max: 30 }),
      irVersion: fc.integer({ min: 3, max: 13 }),
      producer: fc.string(),
      domains: fc.constant({ "com.microsoft": 1 }),
      metadata: fc.constant({ author: "é" }),
      inputs: fc.array(value),
      outputs: fc.array(value),
      nodes: fc.array(node),
      initializers: fc.array(initializer),
    });
    fc.assert(
      fc.property(model, (definition) => {
        expect(decodeOnnxModel(encodeOnnxModel(definition))).toEqual(structuredClone(definition));
      }),
    );
  });

  it.each(Object.entries(models))("keeps all of the reference file %s", (_, base64) => {
    const definition = decodeOnnxModel(Buffer.from(base64, "base64"));
    expect(decodeOnnxModel(encodeOnnxModel(definition))).toEqual(definition);
  });

  it("writes the very bytes of the onnx package", () => {
    const bytes = Buffer.from(models.matmul, "base64");
    expect(Buffer.from(encodeOnnxModel(decodeOnnxModel(bytes)))).toEqual(bytes);
  });

  it("keeps zero as a value, where a format with defaults drops it", () => {
    const definition = {
      ...matmulModel,
      nodes: [{ op: "Softmax", inputs: ["x"], outputs: ["y"], attributes: { axis: int(0) } }],
      outputs: [{ name: "y", dataType: "float32", shape: [0] }],
    } as const;
    const { nodes, outputs } = decodeOnnxModel(encodeOnnxModel(definition));
    expect({ nodes, outputs }).toEqual({ nodes: definition.nodes, outputs: definition.outputs });
  });

  it("refers to data in another file", () => {
    const external = { location: "weights.bin", offset: 8, length: 24 };
    const initializers = [{ name: "w", dataType: "float32", dims: [2, 3], external }] as const;
    const bytes = encodeOnnxModel({ ...matmulModel, initializers });
    expect(decodeOnnxModel(bytes).initializers).toEqual(initializers);
  });

  it("takes the oldest file version that goes with the operator set", () => {
    const versions = [13, 18, 19, 21, 23].map((opset) => {
      return decodeOnnxModel(encodeOnnxModel({ ...matmulModel, opset })).irVersion;
    });
    expect(versions).toEqual([8, 8, 9, 10, 11]);
  });

  it.each([
    [
      'initializer "w" of float32 [2, 3] needs 6 elements in a Float32Array, found 5 in a Float32Array',
      { name: "w", dataType: "float32", dims: [2, 3], data: new Float32Array(5) },
    ],
    [
      'initializer "w" of float32 [1] needs 1 elements in a Float32Array, found 1 in a Float64Array',
      { name: "w", dataType: "float32", dims: [1], data: new Float64Array(1) },
    ],
  ])("refuses: %s", (message, value) => {
    const initializers = [value as unknown as OnnxInitializerDefinition];
    expect(() => encodeOnnxModel({ ...matmulModel, initializers })).toThrowError(
      expect.objectContaining({ code: "invalid-argument", message }),
    );
  });

  it("refuses an operator set that is none", () => {
    expect(() => encodeOnnxModel({ ...matmulModel, opset: 1.5 })).toThrowError(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});
