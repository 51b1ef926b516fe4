import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createOnnxModel,
  createOnnxTensor,
  encodeOnnxModel,
  fingerprintOnnxModel,
  graph,
  readOnnxModel,
  writeOnnxModel,
} from "@megapairs/onnx";
import type { OnnxExternalData, OnnxGraphDefinition, OnnxModelDefinition } from "@megapairs/onnx";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import reference from "./reference/external.json" with { type: "json" };
import { matmulModel } from "./matmul-model.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "megapairs-onnx-"));
  file = join(folder, "model.onnx");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** matmulModel and tensors of 5, 1 and no elements. */
const model: OnnxModelDefinition = {
  ...matmulModel,
  irVersion: 8,
  producer: "test",
  initializers: [
    { name: "odd", ...createOnnxTensor("uint8", Uint8Array.of(1, 2, 3, 4, 5)) },
    ...matmulModel.initializers,
    { name: "texts", ...createOnnxTensor("string", ["long enough", "to be moved"]) },
    { name: "last", ...createOnnxTensor("int64", BigInt64Array.of(7n), []) },
    { name: "none", ...createOnnxTensor("float32", new Float32Array(0)) },
  ],
};

function writeReference(external: OnnxExternalData, dataType: "float32" | "string" = "float32") {
  const initializers = [{ name: "w", dataType, dims: [2, 3], external }];
  writeFileSync(file, encodeOnnxModel({ ...matmulModel, initializers }));
}
const whole = { location: "weights", offset: 0, length: 24 };

describe("writeOnnxModel", () => {
  it("writes the bytes that encodeOnnxModel gives", async () => {
    await writeOnnxModel(file, model);
    expect(readFileSync(file)).toEqual(Buffer.from(encodeOnnxModel(model)));
    expect(readdirSync(folder)).toEqual(["model.onnx"]);
  });

  it("puts tensors above a number of bytes into a file beside, at multiples of 64", async () => {
    await writeOnnxModel(file, model, { externalAbove: 4 });
    expect(readdirSync(folder)).toEqual(["model.onnx", "model.onnx_data"]);
    const { initializers } = await readOnnxModel(file, { weights: "leave" });
    const places = initializers.map((each) => ("external" in each ? each.external : each.name));
    const location = "model.onnx_data";
    expect(places).toEqual([
      { location, offset: 0, length: 5 },
      { location, offset: 64, length: 24 },
      "texts",
      { location, offset: 128, length: 8 },
      "none",
    ]);
    expect(statSync(`${file}_data`).size).toBe(136);
  });

  it("writes what it reads back equal, wherever the weights lie", async () => {
    for (const externalAbove of [0, 5, 23, 24, Infinity]) {
      await writeOnnxModel(file, model, { externalAbove });
      expect(await readOnnxModel(file)).toEqual(model);
    }
  });

  it("writes what ONNX Runtime loads", async () => {
    await writeOnnxModel(file, matmulModel, { externalAbove: 0 });
    const loaded = await createOnnxModel({ model: file, threads: 1 });
    const x = createOnnxTensor("float32", Float32Array.of(1, 1), [1, 2]);
    expect((await loaded.run({ x }))["y"]?.data).toEqual(Float32Array.of(5, 7, 9));
    await loaded.dispose();
  });

  it("writes weights that lie in shared memory, and parts of arrays", async () => {
    const shared = new Float32Array(new SharedArrayBuffer(32), 4, 6);
    shared.set([1, 2, 3, 4, 5, 6]);
    const initializers = [{ name: "w", dataType: "float32", dims: [2, 3], data: shared }] as const;
    for (const externalAbove of [0, Infinity]) {
      await writeOnnxModel(file, { ...matmulModel, initializers }, { externalAbove });
      expect((await readOnnxModel(file)).initializers).toEqual(matmulModel.initializers);
    }
  });

  it("replaces files whole, and leaves what was there where it fails", async () => {
    await writeOnnxModel(file, model, { externalAbove: 4 });
    const before = readFileSync(`${file}_data`);
    const data = new Float32Array(5);
    const initializers = [{ name: "w", dataType: "float32", dims: [2, 3], data }] as const;
    const call = writeOnnxModel(file, { ...model, initializers }, { externalAbove: 4 });
    await expect(call).rejects.toMatchObject({ code: "invalid-argument" });
    expect(readFileSync(`${file}_data`)).toEqual(before);
    mkdirSync(`${file}2_data`);
    await expect(writeOnnxModel(`${file}2`, model, { externalAbove: 4 })).rejects.toMatchObject({
      code: "invalid-argument",
      message: `cannot write the file ${file}2_data`,
    });
    expect(readdirSync(folder)).toEqual(["model.onnx", "model.onnx2_data", "model.onnx_data"]);
  });

  it("keeps references, but not to what it writes over", async () => {
    await writeOnnxModel(file, matmulModel, { externalAbove: 0 });
    const left = await readOnnxModel(file, { weights: "leave" });
    await writeOnnxModel(join(folder, "copy.onnx"), left);
    expect((await readOnnxModel(join(folder, "copy.onnx"))).initializers).toEqual(
      matmulModel.initializers,
    );
    const [w] = matmulModel.initializers;
    const more = { ...left, initializers: [...left.initializers, { ...w!, name: "v" }] };
    const call = writeOnnxModel(file, more, { externalAbove: 0 });
    await expect(call).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining('"w" lies in model.onnx_data') as string,
    });
  });

  it.each<[string, string, OnnxModelDefinition, number]>([
    ["a folder that is not there", "nowhere/model.onnx", model, 0],
    ["a graph that makes no sense", "model.onnx", { ...model, nodes: [] }, 0],
    ["a threshold that is none", "model.onnx", model, Number.NaN],
  ])("refuses %s", async (_, name, definition, externalAbove) => {
    const call = writeOnnxModel(join(folder, name), definition, { externalAbove });
    await expect(call).rejects.toMatchObject({ code: "invalid-argument" });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("readOnnxModel", () => {
  it("reads a file of the onnx package with its weights", async () => {
    writeFileSync(file, Buffer.from(reference.onnx, "base64"));
    writeFileSync(`${file}_data`, Buffer.from(reference.onnx_data, "base64"));
    expect((await readOnnxModel(file)).initializers).toEqual([
      { name: "w", dataType: "float32", dims: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) },
      { name: "shape", dataType: "int64", dims: [2], data: BigInt64Array.of(3n, 2n) },
    ]);
  });

  it("reads weights of graphs inside the graph, to the end of their file", async () => {
    const { name, inputs, outputs, nodes } = matmulModel;
    const branch = (initializers: OnnxGraphDefinition["initializers"]) =>
      graph({ name, inputs, outputs, nodes, initializers });
    const external = { location: "weights", offset: 4, length: undefined };
    const attributes = {
      then_branch: branch([{ name: "w", dataType: "float32", dims: [2, 3], external }]),
    };
    const condition = { op: "If", inputs: ["x"], outputs: ["y"], attributes };
    writeFileSync(file, encodeOnnxModel({ ...matmulModel, nodes: [condition] }));
    const numbers = Float32Array.of(9, 1, 2, 3, 4, 5, 6);
    writeFileSync(join(folder, "weights"), new Uint8Array(numbers.buffer));
    const [node] = (await readOnnxModel(file)).nodes;
    expect(node?.attributes?.["then_branch"]).toEqual(branch(matmulModel.initializers));
  });

  it.each<[string, OnnxExternalData, RegExp]>([
    [
      "bytes behind the end",
      { ...whole, offset: 4 },
      /from byte 4, 24 of them, expected 24 of the 24/,
    ],
    ["more bytes than the tensor has", { ...whole, length: 28 }, /28 of them, expected 24/],
    ["fewer bytes than the tensor has", { ...whole, length: 20 }, /20 of them, expected 24/],
    ["a place before the start", { ...whole, offset: -4 }, /from byte -4/],
    ["a place that is none", { ...whole, offset: Number.NaN }, /from byte NaN/],
    [
      "the end of a file that is too short",
      { ...whole, offset: 8, length: undefined },
      /all of them/,
    ],
    ["a file above its folder", { ...whole, location: "../secret" }, /refers to "\.\.\/secret"/],
    ["a file above its folder by a detour", { ...whole, location: "a/../../b" }, /own folder/],
    ["a file by its whole path", { ...whole, location: "/etc/passwd" }, /own folder/],
    ["a link out of its folder", { ...whole, location: "out" }, /"out", which is \/etc\/passwd/],
    ["a link to a folder outside", { ...whole, location: "etc/passwd" }, /own folder/],
    ["its own folder", { ...whole, location: "." }, /own folder/],
  ])("refuses %s", async (_, external, message) => {
    writeFileSync(join(folder, "weights"), new Uint8Array(24));
    symlinkSync("/etc/passwd", join(folder, "out"));
    symlinkSync("/etc", join(folder, "etc"));
    writeReference(external);
    const call = readOnnxModel(file);
    await expect(call).rejects.toMatchObject({ code: "corrupt-data" });
    await expect(call).rejects.toThrowError(message);
    expect((await readOnnxModel(file, { weights: "leave" })).initializers).toMatchObject([
      { external },
    ]);
  });

  it("refuses texts in another file", async () => {
    writeReference(whole, "string");
    await expect(readOnnxModel(file)).rejects.toMatchObject({ code: "corrupt-data" });
  });

  it.each(["lost", "folder"])("names weights that cannot be read: %s", async (location) => {
    mkdirSync(join(folder, "folder"));
    writeReference({ ...whole, location });
    const call = readOnnxModel(file);
    await expect(call).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(call).rejects.toThrowError(join(folder, location));
  });

  it("refuses dims that no file has bytes for, without taking the memory", async () => {
    const initializers = [
      {
        name: "w",
        dataType: "float32",
        dims: [2 ** 40, 3],
        external: { ...whole, length: undefined },
      },
    ] as const;
    writeFileSync(join(folder, "weights"), new Uint8Array(24));
    writeFileSync(file, encodeOnnxModel({ ...matmulModel, initializers }));
    await expect(readOnnxModel(file)).rejects.toMatchObject({ code: "corrupt-data" });
  });
});

it("follows links of a cache in which model and weights are links to files side by side", async () => {
  for (const name of ["blobs", "snapshot"]) mkdirSync(join(folder, name));
  await writeOnnxModel(join(folder, "blobs/model.onnx"), matmulModel, { externalAbove: 0 });
  for (const name of ["model.onnx", "model.onnx_data"]) {
    symlinkSync(join("../blobs", name), join(folder, "snapshot", name));
  }
  const linked = join(folder, "snapshot/model.onnx");
  expect((await readOnnxModel(linked)).initializers).toEqual(matmulModel.initializers);
  expect(await fingerprintOnnxModel(linked)).toBe(
    await fingerprintOnnxModel(join(folder, "blobs/model.onnx")),
  );
});

it("takes no fingerprint through a link out of the folder", async () => {
  symlinkSync("/etc/passwd", join(folder, "weights"));
  writeReference(whole);
  await expect(fingerprintOnnxModel(file)).rejects.toMatchObject({ code: "corrupt-data" });
});
