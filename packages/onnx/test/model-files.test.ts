import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createOnnxModel,
  createOnnxTensor,
  encodeOnnxModel,
  fingerprintOnnxModel,
  graph,
  listOnnxOperators,
  sha256OfFile,
} from "@megapairs/onnx";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { matmulModel } from "./matmul-model.ts";

const sha256 = (data: string | Uint8Array): string =>
  createHash("sha256").update(data).digest("hex");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "megapairs-onnx-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function writeExternal(location: string, path = "external.onnx"): string {
  const external = { location, offset: 0, length: 24 };
  const initializers = [{ name: "w", dataType: "float32", dims: [2, 3], external }] as const;
  writeFileSync(join(folder, path), encodeOnnxModel({ ...matmulModel, initializers }));
  return join(folder, path);
}

describe("sha256OfFile", () => {
  it("is the digest of the bytes", async () => {
    writeFileSync(join(folder, "abc"), "abc");
    await expect(sha256OfFile(join(folder, "abc"))).resolves.toBe(sha256("abc"));
  });

  it("names a file that cannot be read", async () => {
    const path = join(folder, "none");
    await expect(sha256OfFile(path)).rejects.toMatchObject({
      code: "invalid-argument",
      message: `cannot read the file ${path}`,
    });
  });

  it("rejects with the signal's reason", async () => {
    const reason = new Error("stop");
    const signal = AbortSignal.abort(reason);
    await expect(sha256OfFile(join(folder, "abc"), { signal })).rejects.toBe(reason);
  });
});

describe("fingerprintOnnxModel", () => {
  it("is the file's own digest where the file is all there is", async () => {
    const bytes = encodeOnnxModel(matmulModel);
    await expect(fingerprintOnnxModel(bytes)).resolves.toBe(sha256(bytes));
  });

  it("changes with a byte of the weights in another file", async () => {
    const path = writeExternal("weights.bin");
    const weights = Buffer.alloc(24);
    writeFileSync(join(folder, "weights.bin"), weights);
    const before = await fingerprintOnnxModel(path);
    weights[3] = 1;
    writeFileSync(join(folder, "weights.bin"), weights);
    expect(await fingerprintOnnxModel(path)).not.toBe(before);
  });

  it.each(["../secret", "/etc/passwd", "a/../../b"])("refuses to read %s", async (location) => {
    await expect(fingerprintOnnxModel(writeExternal(location))).rejects.toMatchObject({
      code: "corrupt-data",
    });
  });

  it("names weights that are missing", async () => {
    await expect(fingerprintOnnxModel(writeExternal("lost.bin"))).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("lost.bin") as string,
    });
  });
});

it("runs a model whose weights lie in another file", async () => {
  writeFileSync(join(folder, "six.bin"), new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer));
  const model = await createOnnxModel({ model: writeExternal("six.bin"), threads: 1 });
  const x = createOnnxTensor("float32", Float32Array.of(1, 1), [1, 2]);
  expect((await model.run({ x }))["y"]?.data).toEqual(Float32Array.of(5, 7, 9));
  await model.dispose();
});

it("lists the operators of a graph and of the graphs in it", async () => {
  const inner = { ...matmulModel, nodes: [{ op: "Relu", inputs: ["x"], outputs: ["y"] }] };
  const bytes = encodeOnnxModel({
    ...matmulModel,
    nodes: [
      { op: "If", inputs: ["c"], outputs: ["y"], attributes: { then_branch: graph(inner) } },
      { op: "Gelu", domain: "com.microsoft", inputs: ["x"], outputs: ["z"] },
    ],
  });
  await expect(listOnnxOperators(bytes)).resolves.toEqual(["If", "Relu", "com.microsoft:Gelu"]);
});
