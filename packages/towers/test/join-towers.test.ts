import { join } from "node:path";
import { createOnnxTensor, graph, int } from "@megapairs/onnx";
import type { OnnxModelDefinition } from "@megapairs/onnx";
import { importTower, joinTowers } from "@megapairs/towers";
import { describe, expect, it } from "vitest";
import clip from "./reference/clip-features.json" with { type: "json" };
import { idsTensor, relativeError, runTower } from "./run-tower.ts";

const file = (name: string): string =>
  join(import.meta.dirname, "fixtures/clip-dynamo", `${name}_model.onnx`);

describe("joinTowers", () => {
  it("joins exports, whose weights have prefixes", async () => {
    const [image, text] = await Promise.all([
      importTower({ model: file("vision"), prefix: "vision/" }),
      importTower({ model: file("text") }),
    ]);
    const model = joinTowers([image, text]);
    expect(model.towers.map(({ name }) => name)).toEqual(["image", "text"]);
    expect(model.weights.size).toBe(image.weights.size + text.weights.size);
    expect([...image.weights.keys()].every((name) => name.startsWith("vision/"))).toBe(true);
    const pixels = createOnnxTensor("float32", Float32Array.from(clip.pixels), [3, 3, 16, 16]);
    const images = await runTower(model.towers[0]!, model.weights, { pixel_values: pixels });
    const texts = await runTower(model.towers[1]!, model.weights, {
      input_ids: idsTensor(clip.ids),
    });
    expect(relativeError(images, clip.cases[0]!.image.flat())).toBeLessThan(1e-5);
    expect(relativeError(texts, clip.cases[0]!.text.flat())).toBeLessThan(1e-5);
  });

  it("refuses names that are there twice", async () => {
    const [image, text, again] = await Promise.all([
      importTower({ model: file("vision") }),
      importTower({ model: file("text"), prefix: "text_" }),
      importTower({ model: file("vision"), name: "other" }),
    ]);
    expect(() => joinTowers([image, text, image])).toThrow(
      "the towers are called image, text, image, expected different names",
    );
    expect(() => joinTowers([image, again])).toThrow(
      /two models have different weights called "[^"]+": import one of them with a prefix/,
    );
    const other = { ...again, weights: image.weights };
    expect(joinTowers([image, other]).weights).toEqual(image.weights);
  });

  it("renames weights inside branches too", async () => {
    const branch = (op: string): OnnxModelDefinition => ({
      name: op,
      opset: 18,
      inputs: [],
      outputs: [{ name: op, dataType: "float32", shape: ["n", 2] }],
      nodes: [{ op, inputs: ["x", "w"], outputs: [op] }],
      initializers: [],
    });
    const model: OnnxModelDefinition = {
      name: "branches",
      opset: 18,
      inputs: [{ name: "x", dataType: "float32", shape: ["n", 2] }],
      outputs: [{ name: "y", dataType: "float32", shape: ["n", 2] }],
      nodes: [
        { op: "Shape", inputs: ["x"], outputs: ["s"], attributes: { end: int(1) } },
        { op: "Greater", inputs: ["s", "one"], outputs: ["isLong"] },
        {
          op: "If",
          inputs: ["isLong"],
          outputs: ["y"],
          attributes: { then_branch: graph(branch("Add")), else_branch: graph(branch("Mul")) },
        },
      ],
      initializers: [
        { name: "w", ...createOnnxTensor("float32", Float32Array.of(2, 3)) },
        { name: "one", ...createOnnxTensor("int64", BigInt64Array.of(1n)) },
      ],
    };
    const { towers, weights } = await importTower({ model, prefix: "p." });
    expect(towers[0]?.weightNames).toEqual(["p.w"]);
    const rows = (...numbers: number[]) =>
      createOnnxTensor("float32", Float32Array.from(numbers), [numbers.length / 2, 2]);
    expect([...(await runTower(towers[0]!, weights, { x: rows(5, 7) }))]).toEqual([10, 21]);
    expect([...(await runTower(towers[0]!, weights, { x: rows(5, 7, 0, 1) }))]).toEqual([
      7, 10, 2, 4,
    ]);
  });
});
