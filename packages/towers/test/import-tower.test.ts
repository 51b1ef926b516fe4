import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { differentiate } from "@megapairs/autograd";
import { createOnnxTensor, decodeOnnxModel, encodeOnnxModel, int } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import { exportTower, importTower } from "@megapairs/towers";
import { describe, expect, it } from "vitest";
import reference from "./reference/clip-features.json" with { type: "json" };
import { float32Of, idsTensor, relativeError, runModel, runTower } from "./run-tower.ts";
import { scratchFolder } from "./scratch-folder.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const others = join(import.meta.dirname, "../../encoder-onnx/test/fixtures");
const scratch = scratchFolder();

const noise = (...dims: number[]): OnnxTensor =>
  createOnnxTensor(
    "float32",
    Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * i)),
    dims,
  );
const pixels = createOnnxTensor("float32", Float32Array.from(reference.pixels), [3, 3, 16, 16]);
const ids = (rows: number, tokens: number): OnnxTensor =>
  idsTensor(
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: tokens }, (__, at) => (row * 7 + at * 3) % 50),
    ),
  );

describe("importTower", () => {
  it.each([
    ["clip-torchscript/vision_model.onnx", { pixel_values: pixels }, reference.cases[0]!.image],
    ["clip-dynamo/vision_model.onnx", { pixel_values: pixels }, reference.cases[0]!.image],
    [
      "clip-torchscript/text_model.onnx",
      { input_ids: idsTensor(reference.ids) },
      reference.cases[0]!.text,
    ],
    [
      "clip-torchscript/external.onnx",
      { input_ids: idsTensor(reference.ids) },
      reference.cases[0]!.text,
    ],
    [
      "clip-dynamo/text_model.onnx",
      { input_ids: idsTensor(reference.ids) },
      reference.cases[0]!.text,
    ],
  ])("makes a tower of %s that gives what torch gives", async (file, inputs, expected) => {
    const { towers, weights } = await importTower({ model: join(fixtures, file) });
    const tower = towers[0]!;
    expect(tower).toMatchObject({
      name: file.includes("vision") ? "image" : "text",
      dataInputs: Object.keys(inputs),
      dimensions: 12,
    });
    expect(tower.weightNames.toSorted()).toEqual([...weights.keys()].toSorted());
    expect(relativeError(await runTower(tower, weights, inputs), expected.flat())).toBeLessThan(
      1e-5,
    );
    const exported = exportTower(tower, weights);
    expect(exported.inputs.map(({ name }) => name)).toEqual(Object.keys(inputs));
    const outputs = await runModel(exported, inputs);
    expect(relativeError(float32Of(outputs[tower.output]), expected.flat())).toBeLessThan(1e-5);
  });

  it.each([
    ["clip/onnx/vision_model.onnx", "image_embeds", { pixel_values: noise(2, 3, 32, 32) }],
    ["clip/onnx/text_model.onnx", "text_embeds", { input_ids: ids(2, 5) }],
    ["clip-joint/onnx/model.onnx", "image_embeds", { pixel_values: noise(2, 3, 32, 32) }],
    [
      "clip-joint/onnx/model.onnx",
      "text_embeds",
      {
        input_ids: ids(2, 5),
        attention_mask: idsTensor([
          [1, 1, 1, 1, 1],
          [1, 1, 1, 0, 0],
        ]),
      },
    ],
    ["siglip/onnx/vision_model.onnx", "pooler_output", { pixel_values: noise(2, 3, 32, 32) }],
    ["siglip/onnx/text_model.onnx", "pooler_output", { input_ids: ids(2, 64) }],
    ["dinov2/onnx/model.onnx", "pooler_output", { pixel_values: noise(2, 3, 32, 32) }],
    ["vit/onnx/model.onnx", "pooler_output", { pixel_values: noise(2, 3, 32, 32) }],
  ])("leaves the numbers of %s as they are, and trains", async (file, output, inputs) => {
    const path = join(others, file);
    const { towers, weights } = await importTower({ model: path, output });
    const tower = towers[0]!;
    expect(tower.dataInputs).toEqual(Object.keys(inputs));
    expect(tower.model.inputs[0]?.shape?.[0]).toBe("batch");
    const whole = decodeOnnxModel(readFileSync(path));
    const rest = whole.inputs.filter(({ name }) => !Object.hasOwn(inputs, name));
    const unused = {
      pixel_values: noise(2, 3, 32, 32),
      input_ids: ids(2, 5),
      attention_mask: ids(2, 5),
    };
    const fed = rest.map(({ name }) => [name, unused[name as keyof typeof unused]] as const);
    const before = await runModel(whole, { ...Object.fromEntries(fed), ...inputs });
    const after = await runTower(tower, weights, inputs);
    expect(relativeError(after, float32Of(before[output]))).toBeLessThan(1e-6);
    expect(tower.dimensions).toBe(after.length / 2);

    const summed: OnnxModelDefinition = {
      ...tower.model,
      outputs: [{ name: "loss", dataType: "float32", shape: [] }],
      nodes: [
        ...tower.model.nodes,
        { op: "ReduceSum", inputs: [output], outputs: ["loss"], attributes: { keepdims: int(0) } },
      ],
    };
    const training = differentiate({
      model: summed,
      loss: "loss",
      parameters: tower.weightNames,
      dimensions: { batch: 2, sequence: 5 },
    });
    expect(training.outputs).toHaveLength(tower.weightNames.length + 1);
  });

  it("lets the caller say what is a weight, and keeps masks constant", async () => {
    const mask = Float32Array.of(0, -3.4e38);
    const model: OnnxModelDefinition = {
      name: "masked",
      opset: 18,
      inputs: [{ name: "x", dataType: "float32", shape: ["n", 2] }],
      outputs: [{ name: "y", dataType: "float32", shape: ["n", "width"] }],
      nodes: [
        { op: "Add", inputs: ["x", "mask"], outputs: ["m"] },
        { op: "Mul", inputs: ["m", "w"], outputs: ["y"] },
        { op: "Mul", inputs: ["y", "unread"], outputs: ["z"] },
      ],
      initializers: [
        { name: "mask", ...createOnnxTensor("float32", mask) },
        { name: "w", ...createOnnxTensor("float32", Float32Array.of(1, 2)) },
        { name: "unread", ...createOnnxTensor("float32", Float32Array.of(1, 2)) },
      ],
    };
    const { towers, weights } = await importTower({ model, name: "rows" });
    expect([...weights.keys()]).toEqual(["w"]);
    expect(towers[0]).toMatchObject({ name: "rows", dimensions: 2, weightNames: ["w"] });
    expect(towers[0]?.model.initializers.map(({ name }) => name)).toEqual(["mask"]);
    const none = await importTower({ model, isWeight: () => false });
    expect(none.weights.size).toBe(0);
  });

  it.each([
    ["clip-joint/onnx/model.onnx", undefined, "expected one float32 output of two axes"],
    ["vit/onnx/model.onnx", "nothing", 'expected a float32 "nothing"'],
    ["vit/onnx/model.onnx", "last_hidden_state", "of three rows is [3, 17, 32]"],
    ["clip-joint/onnx/model.onnx", "logits_per_text", "of three rows is"],
    ["none.onnx", undefined, "cannot read the model file"],
  ])("refuses %s with the output %s", async (file, output, message) => {
    await expect(importTower({ model: join(others, file), output })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(message) as string,
    });
  });

  it.each([
    ["clip/onnx/vision_model_fp16.onnx", "is float16"],
    ["clip/onnx/vision_model_quantized.onnx", "is uint8"],
  ])("refuses %s", async (file, message) => {
    await expect(importTower({ model: join(others, file) })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(message) as string,
    });
  });

  it("refuses a graph for one size of batch", async () => {
    const model = decodeOnnxModel(readFileSync(join(others, "vit/onnx/model.onnx")));
    const inputs = model.inputs.map((input) => ({ ...input, shape: [1, 3, 32, 32] }));
    await expect(importTower({ model: { ...model, inputs } })).rejects.toMatchObject({
      code: "unsupported",
      message: '"pixel_values" takes [1, 3, 32, 32], expected a first axis of any size',
    });
  });
});

describe("weights in another file", () => {
  const folder = join(scratch, "external");
  mkdirSync(folder);
  const file = join(folder, "external.onnx");
  const data = join(folder, "external.bin");
  const from = (name: string): string => join(fixtures, "clip-torchscript", name);
  const original = decodeOnnxModel(readFileSync(from("external.onnx")));

  it("are asked for by path", async () => {
    await expect(importTower({ model: original })).rejects.toThrow("import the model by its path");
  });

  it("are refused where they are missing or cut", async () => {
    copyFileSync(from("external.onnx"), file);
    await expect(importTower({ model: file })).rejects.toThrow(
      `there is no file of weights ${data}`,
    );
    copyFileSync(from("external.bin"), data);
    truncateSync(data, 100);
    await expect(importTower({ model: file })).rejects.toMatchObject({
      code: "corrupt-data",
      message: expect.stringMatching(/expected \d+ of the 100 in the file/) as string,
    });
  });

  it.each([
    [{ location: "../external.bin", offset: 0, length: undefined }, "in its own folder"],
    [{ location: "/etc/passwd", offset: 0, length: undefined }, "in its own folder"],
    [{ location: "external.bin", offset: 0, length: 3 }, "from byte 0, 3 of them, expected"],
  ])("are refused as %j", async (external, message) => {
    const initializers = original.initializers.map((each) =>
      "external" in each ? { ...each, external } : each,
    );
    writeFileSync(file, encodeOnnxModel({ ...original, initializers }));
    await expect(importTower({ model: file })).rejects.toMatchObject({
      code: "corrupt-data",
      message: expect.stringContaining(message) as string,
    });
  });
});

describe("exportTower", () => {
  it("keeps weights as the nearest halves and computes with those", async () => {
    const file = join(fixtures, "clip-dynamo/vision_model.onnx");
    const { towers, weights } = await importTower({ model: file });
    const tower = towers[0]!;
    const half = exportTower(tower, weights, { dataType: "F16" });
    const whole = exportTower(tower, weights);
    expect(encodeOnnxModel(half).length).toBeLessThan(0.7 * encodeOnnxModel(whole).length);
    const outputs = await runModel(half, { pixel_values: pixels });
    const { image } = reference.cases[0]!;
    const error = relativeError(float32Of(outputs[tower.output]), image.flat());
    expect(error).toBeLessThan(2e-3);
    const rounded = [...weights].map(([name, { dims, data }]) => {
      const values = Float32Array.from(data, (value) => Math.f16round(value));
      return [name, { dims, data: values }] as const;
    });
    const plain = exportTower(tower, new Map(rounded));
    expect(outputs).toEqual(await runModel(plain, { pixel_values: pixels }));
  });

  it("refuses missing and misshapen weights", async () => {
    const { towers, weights } = await importTower({
      model: join(others, "vit/onnx/model.onnx"),
      output: "pooler_output",
    });
    const [name = ""] = towers[0]!.weightNames;
    const less = new Map(weights);
    less.delete(name);
    expect(() => exportTower(towers[0]!, less)).toThrow(
      `the weight "${name}" is missing, expected [`,
    );
    less.set(name, { dims: [1], data: new Float32Array(1) });
    expect(() => exportTower(towers[0]!, less)).toThrow(`the weight "${name}" is [1], expected [`);
  });
});
