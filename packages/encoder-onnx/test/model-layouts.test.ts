import { readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadOnnxEncoder } from "@megapairs/encoder-onnx";
import { decodeOnnxModel, encodeOnnxModel } from "@megapairs/onnx";
import type { EncoderInput } from "@megapairs/spec";
import { expect, it, onTestFinished } from "vitest";
import { copy, largestDifference, reference, rowsOf } from "./fixtures.ts";

it("pads texts to the length that a graph was exported for", async () => {
  const model = copy("clip");
  const path = join(model, "onnx/text_model.onnx");
  const graph = decodeOnnxModel(readFileSync(path));
  const fixed = graph.inputs.map((input) =>
    input.name === "input_ids" ? { ...input, shape: ["batch", 77] } : input,
  );
  writeFileSync(path, encodeOnnxModel({ ...graph, inputs: fixed }));
  const encoder = await loadOnnxEncoder({ model, threads: 1 });
  onTestFinished(() => encoder.dispose?.());
  const texts = reference.texts.slice(0, 2);
  const inputs = texts.map((text): EncoderInput => ({ type: "text", text }));
  const rows = await rowsOf(encoder, inputs);
  expect(largestDifference(rows, reference.clip.text.slice(0, 2))).toBeLessThan(1e-5);
});

it("finds graphs behind a link", async () => {
  const model = copy("dinov2");
  renameSync(join(model, "onnx"), join(model, "graphs"));
  symlinkSync("graphs", join(model, "onnx"));
  const encoder = await loadOnnxEncoder({ model, threads: 1 });
  onTestFinished(() => encoder.dispose?.());
  expect(encoder.dimensions).toBe(32);
});
