import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createImageOnnxEncoder, loadImageOnnxEncoder } from "@megapairs/encoder-onnx";
import type { ImageOnnxEncoderSettings } from "@megapairs/encoder-onnx";
import { parsePreprocessorConfig } from "@megapairs/image";
import { encodeOnnxModel } from "@megapairs/onnx";
import type { OnnxModelDefinition } from "@megapairs/onnx";
import type { ImagePixels } from "@megapairs/spec";
import { describe, expect, it, onTestFinished } from "vitest";
import { largestDifference, fixtures, image, pictureNames, reference, rowsOf } from "./fixtures.ts";

const model = join(fixtures, "dinov2/onnx/model.onnx");
const preprocessorConfig: unknown = JSON.parse(
  readFileSync(join(fixtures, "dinov2/preprocessor_config.json"), "utf8"),
);
const preprocessing = parsePreprocessorConfig(preprocessorConfig);
const pictures = pictureNames.map(image);

/** Mean of each channel of a picture of 2 x 2: a graph that can be checked by hand. */
const channelMeans: OnnxModelDefinition = {
  name: "means",
  opset: 18,
  inputs: [{ name: "data", dataType: "float32", shape: ["n", 3, 2, 2] }],
  outputs: [{ name: "means", dataType: "float32", shape: ["n", 3, 1, 1] }],
  nodes: [{ op: "GlobalAveragePool", inputs: ["data"], outputs: ["means"] }],
  initializers: [],
};
const plain = parsePreprocessorConfig({
  size: 2,
  mean: [1, 2, 3],
  std: [1, 1, 1],
  scale: 1,
  channelOrder: "BGR",
});

async function open(
  settings: Partial<ImageOnnxEncoderSettings>,
): ReturnType<typeof createImageOnnxEncoder> {
  const encoder = await createImageOnnxEncoder({ model, preprocessing, threads: 1, ...settings });
  onTestFinished(() => encoder.dispose?.());
  return encoder;
}

describe("createImageOnnxEncoder", () => {
  it("takes any graph of pictures, given as bytes", async () => {
    const encoder = await open({ model: encodeOnnxModel(channelMeans), preprocessing: plain });
    const pixels: ImagePixels = {
      type: "pixels",
      width: 2,
      height: 2,
      data: Uint8Array.of(10, 20, 31, 30, 40, 51, 10, 20, 31, 30, 40, 51),
    };
    const rows = await rowsOf(encoder, [{ type: "image", image: pixels }]);
    // BGR: (41 - 1, 30 - 2, 20 - 3)
    const norm = Math.hypot(40, 28, 17);
    expect(largestDifference(rows, [[40 / norm, 28 / norm, 17 / norm]])).toBeLessThan(1e-6);
    expect(encoder).toMatchObject({ modelId: "image-onnx", dimensions: 3 });
    expect(encoder.supports).toEqual({ inputs: ["image"], maxBatch: 32 });
  });

  it("refuses features that have no direction", async () => {
    const encoder = await open({ model: encodeOnnxModel(channelMeans), preprocessing: plain });
    const data = Uint8Array.of(3, 2, 1, 3, 2, 1, 3, 2, 1, 3, 2, 1);
    const black: ImagePixels = { type: "pixels", width: 2, height: 2, data };
    await expect(rowsOf(encoder, [{ type: "image", image: black }])).rejects.toMatchObject({
      code: "invalid-output",
      details: { index: 0 },
    });
  });

  it("works through a graph whose batch is fixed to 1", async () => {
    const shapes = {
      inputs: [{ name: "data", dataType: "float32", shape: [1, 3, 2, 2] }],
      outputs: [{ name: "means", dataType: "float32", shape: [1, 3, 1, 1] }],
    } as const;
    const one = await open({
      model: encodeOnnxModel({ ...channelMeans, ...shapes }),
      preprocessing: plain,
    });
    const any = await open({ model: encodeOnnxModel(channelMeans), preprocessing: plain });
    expect(
      largestDifference(await rowsOf(one, pictures), await rowsOf(any, pictures)),
    ).toBeLessThan(1e-6);
  });

  it.each([
    [{}, "image"],
    [{ output: "last_hidden_state", pooling: "cls" }, "image"],
    [{ output: "last_hidden_state", pooling: "mean" }, "mean"],
    [{ output: "pooler_output" }, "pooler"],
    [{ pooling: "pooler" }, "pooler"],
  ] as const)("reads the output as asked: %o", async (settings, expected) => {
    const rows = reference.dinov2[expected];
    const found = await rowsOf(await open(settings), pictures);
    expect(
      largestDifference(
        found,
        pictureNames.map((key) => rows[key]),
      ),
    ).toBeLessThan(1e-5);
  });

  it.each([
    [
      { output: "last_hidden_state" },
      /is float32 \[1, 17, 32\], expected float32 \[1, dimensions\]/,
    ],
    [{ output: "prob" }, /has the outputs last_hidden_state, pooler_output, expected "prob"/],
    [{ input: "data" }, /has the inputs pixel_values, expected "data"/],
    [{ prefixTokens: 17, pooling: "mean" as const }, /is float32 \[1, 17, 32\]/],
  ])("refuses %o", async (settings, message) => {
    await expect(open(settings)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringMatching(message) as string,
    });
  });

  it("refuses a batch that is fixed to more than 1", async () => {
    const inputs = [{ name: "data", dataType: "float32", shape: [4, 3, 2, 2] }] as const;
    const fixed = encodeOnnxModel({ ...channelMeans, inputs });
    await expect(open({ model: fixed, preprocessing: plain })).rejects.toMatchObject({
      code: expect.stringMatching(/unsupported|invalid-argument/) as string,
    });
  });
});

describe("loadImageOnnxEncoder", () => {
  function write(description: object): string {
    const folder = mkdtempSync(join(tmpdir(), "megapairs-image-model-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, "encoder.json");
    writeFileSync(path, JSON.stringify({ model: relative(folder, model), ...description }));
    return path;
  }

  it("is the encoder that the file describes", async () => {
    const description = { modelId: "tiny", preprocessing: preprocessorConfig, pooling: "mean" };
    const loaded = await loadImageOnnxEncoder(write(description), { threads: 1, maxBatch: 5 });
    const made = await open({ pooling: "mean" });
    expect(loaded).toMatchObject({
      modelId: "tiny",
      fingerprint: made.fingerprint,
      supports: { maxBatch: 5 },
    });
    await loaded.dispose?.();
  });

  it.each([
    ["without preprocessing", {}, "corrupt-data"],
    ["with a wrong key", { preprocessing: preprocessorConfig, outputs: "x" }, "corrupt-data"],
    ["of no model", { preprocessing: preprocessorConfig, model: "none.onnx" }, "invalid-argument"],
  ])("refuses a file %s", async (_, description, code) => {
    await expect(loadImageOnnxEncoder(write(description))).rejects.toMatchObject({ code });
  });
});
