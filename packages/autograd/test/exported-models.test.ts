import { readFileSync } from "node:fs";
import { differentiate, inferShapes, readParameters, writeParameters } from "@megapairs/autograd";
import {
  createOnnxModel,
  createOnnxTensor,
  decodeOnnxModel,
  encodeOnnxModel,
  int,
} from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import { describe, expect, it } from "vitest";
import { directionalDifference, numbersOf } from "./central-differences.ts";

const fixtures = new URL("../../encoder-onnx/test/fixtures/", import.meta.url);
const dimensions = {
  batch_size: 2,
  text_batch_size: 2,
  image_batch_size: 2,
  sequence_length: 8,
};

/** The exported model with a loss behind one of its outputs that all of it has a say in. */
function withLoss(file: string, output: string): OnnxModelDefinition {
  const model = decodeOnnxModel(readFileSync(new URL(file, fixtures)));
  return {
    ...model,
    nodes: [
      ...model.nodes,
      { op: "Tanh", inputs: [output], outputs: ["bounded"] },
      {
        op: "ReduceSum",
        inputs: ["bounded"],
        outputs: ["loss"],
        attributes: { keepdims: int(0) },
      },
    ],
  };
}

function feed({ name, dataType, shape = [] }: OnnxModelDefinition["inputs"][number]): OnnxTensor {
  const dims = shape.map(Number);
  const places = Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, index) => index);
  if (dataType === "float32") {
    return createOnnxTensor(dataType, Float32Array.from(places, Math.sin), dims);
  }
  const ids = places.map((place) => BigInt(name === "attention_mask" ? 1 : (place * 5) % 23));
  return createOnnxTensor("int64", BigInt64Array.from(ids), dims);
}

describe("models as torch exports them", () => {
  it.each([
    ["clip/onnx/vision_model.onnx", "image_embeds"],
    ["clip/onnx/text_model.onnx", "text_embeds"],
    ["clip-joint/onnx/model.onnx", "logits_per_image"],
    ["siglip/onnx/vision_model.onnx", "pooler_output"],
    ["siglip/onnx/text_model.onnx", "pooler_output"],
    ["dinov2/onnx/model.onnx", "pooler_output"],
    ["vit/onnx/model.onnx", "pooler_output"],
  ])("differentiates %s by all its weights", async (file, output) => {
    const model = withLoss(file, output);
    const before = liveInitializers(model);
    const training = differentiate({ model, loss: "loss", parameters: before, dimensions });
    expect(training.nodes.filter(({ op }) => op === "Shape")).toEqual([]);
    const weights = readParameters(model, before);
    const feeds = Object.fromEntries(
      training.inputs.map((input) => [input.name, weights[input.name] ?? feed(input)]),
    );
    const session = await createOnnxModel({ model: encodeOnnxModel(training), threads: 1 });
    const results = await session.run(feeds);
    for (const name of before) {
      const gradient = numbersOf(results[`${name}.gradient`]!);
      const length = Math.hypot(...gradient);
      if (length < 0.05) continue; // Too flat for differences of float32.
      const found = await directionalDifference(session, feeds, name, gradient, 4e-3);
      expect(Math.abs(found / length - 1), name).toBeLessThan(1e-2);
    }
    await session.dispose();

    const original = await createOnnxModel({
      model: encodeOnnxModel(writeParameters(model, weights)),
      threads: 1,
    });
    const data = Object.fromEntries(model.inputs.map(({ name }) => [name, feeds[name]!]));
    const outputs = await original.run(data);
    const loss = numbersOf(outputs[output]!).reduce((sum, value) => sum + Math.tanh(value), 0);
    expect(numbersOf(results["loss"]!)[0]).toBeCloseTo(loss, 4);
    await original.dispose();
  });

  it("knows the shape of every value", () => {
    const model = withLoss("clip-joint/onnx/model.onnx", "logits_per_text");
    const shapes = inferShapes(model, { dimensions });
    const names = model.nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== "");
    expect(names.filter((name) => !shapes.has(name))).toEqual([]);
    expect(shapes.get("text_embeds")).toMatchObject({ dataType: "float32", shape: [2, 24] });
  });
});

/** Float weights of at least one axis that the loss reads. */
function liveInitializers(model: OnnxModelDefinition): string[] {
  const read = new Set(["loss"]);
  for (const node of model.nodes.toReversed()) {
    if (node.outputs.some((name) => read.has(name))) node.inputs.forEach((name) => read.add(name));
  }
  return model.initializers
    .filter(
      ({ name, dims, dataType }) => read.has(name) && dims.length > 0 && dataType === "float32",
    )
    .map(({ name }) => name);
}
