import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { createOnnxModel, createOnnxTensor, encodeOnnxModel, int, ints } from "@megapairs/onnx";
import type { OnnxModel, OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import type { MegaPairsError } from "@megapairs/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { matmulModel } from "./matmul-model.ts";

const matmul = encodeOnnxModel(matmulModel);
const rows = (...data: number[]): OnnxTensor =>
  createOnnxTensor("float32", Float32Array.from(data), [data.length / 2, 2]);

/** y = x multiplied by itself `depth` times: as slow as one likes. */
function slowModel(depth: number, size: number): OnnxModelDefinition {
  const shape = [size, size];
  return {
    name: "slow",
    opset: 18,
    inputs: [{ name: "x", dataType: "float32", shape }],
    outputs: [{ name: `x${depth}`, dataType: "float32", shape }],
    nodes: Array.from({ length: depth }, (_, step) => ({
      op: "MatMul",
      inputs: [step === 0 ? "x" : `x${step}`, "x"],
      outputs: [`x${step + 1}`],
    })),
    initializers: [],
  };
}
const slowFeeds = { x: createOnnxTensor("float32", new Float32Array(512 * 512), [512, 512]) };

describe("createOnnxModel", () => {
  let model: OnnxModel;
  beforeAll(async () => {
    model = await createOnnxModel({ model: matmul, threads: 1, modelName: "matmul" });
  });
  afterAll(async () => {
    await model.dispose();
  });

  it("says what goes in and out, and where it runs", () => {
    expect(model.inputs).toEqual([{ name: "x", dataType: "float32", dims: ["n", 2] }]);
    expect(model.outputs).toEqual([{ name: "y", dataType: "float32", dims: ["n", 3] }]);
    expect(model).toMatchObject({ name: "matmul", device: "cpu", refusedDevices: [] });
  });

  it("multiplies", async () => {
    await expect(model.run({ x: rows(1, 1, 0, 2) })).resolves.toEqual({
      y: { dataType: "float32", dims: [2, 3], data: Float32Array.of(5, 7, 9, 8, 10, 12) },
    });
  });

  it("runs a batch of none", async () => {
    expect((await model.run({ x: rows() }))["y"]?.dims).toEqual([0, 3]);
  });

  it("gives calls made at once their own results, in order", async () => {
    const ended: number[] = [];
    const calls = Array.from({ length: 20 }, async (_, index) => {
      const { y } = await model.run({ x: rows(index, 0) });
      ended.push(index);
      return y?.data[0];
    });
    await expect(Promise.all(calls)).resolves.toEqual(calls.map((_, index) => index));
    expect(ended).toEqual(calls.map((_, index) => index));
  });

  it("copies feeds when the call is made, and can take them over instead", async () => {
    const x = rows(1, 1);
    const call = model.run({ x });
    (x.data as Float32Array).fill(9);
    expect((await call)["y"]?.data).toEqual(Float32Array.of(5, 7, 9));
    await model.run({ x }, { transfer: true });
    expect(x.data).toHaveLength(0);
  });

  it("reads only the part of a buffer that a feed is a view of", async () => {
    const data = Float32Array.of(7, 1, 1, 7).subarray(1, 3);
    const x = createOnnxTensor("float32", data, [1, 2]);
    const { y } = await model.run({ x }, { transfer: true });
    expect(y?.data).toEqual(Float32Array.of(5, 7, 9));
    expect(data).toEqual(Float32Array.of(1, 1));
  });

  it.each<[string, Record<string, OnnxTensor>]>([
    ['matmul takes the inputs "x", found (none)', {}],
    ['matmul takes the inputs "x", found "z"', { z: rows(1, 1) }],
    ['matmul takes the inputs "x", found "x", "z"', { x: rows(1, 1), z: rows(1, 1) }],
    [
      'matmul takes "x" as float32 [n, 2], found float32 [1, 3]',
      { x: createOnnxTensor("float32", new Float32Array(3), [1, 3]) },
    ],
    [
      'matmul takes "x" as float32 [n, 2], found float32 [2]',
      { x: createOnnxTensor("float32", new Float32Array(2)) },
    ],
    [
      'matmul takes "x" as float32 [n, 2], found int32 [1, 2]',
      { x: createOnnxTensor("int32", new Int32Array(2), [1, 2]) },
    ],
    [
      'matmul takes "x" of [2, 2] as 4 elements in a Float32Array, found 2 in a Float32Array',
      { x: { dataType: "float32", dims: [2, 2], data: new Float32Array(2) } },
    ],
    [
      'matmul got "x" with the dims [0.5, 2], expected whole numbers',
      { x: { dataType: "float32", dims: [0.5, 2], data: new Float32Array(1) } },
    ],
  ])("refuses: %s", async (message, feeds) => {
    await expect(model.run(feeds)).rejects.toMatchObject({ code: "invalid-argument", message });
  });

  it("refuses outputs that the graph does not have", async () => {
    await expect(model.run({ x: rows(1, 1) }, { outputs: ["q"] })).rejects.toMatchObject({
      code: "invalid-argument",
      message: 'matmul has the outputs "y", not "q"',
    });
  });

  it("rejects with the signal's reason", async () => {
    const reason = new Error("stop");
    const signal = AbortSignal.abort(reason);
    await expect(model.run({ x: rows(1, 1) }, { signal })).rejects.toBe(reason);
  });

  it("gives back every type it can, half floats as float32", async () => {
    const types = ["float64", "int32", "int64", "uint8", "bool", "float16"] as const;
    const codes = { float64: 11, int32: 6, int64: 7, uint8: 2, bool: 9, float16: 10 };
    const caster = await createOnnxModel({
      threads: 1,
      model: encodeOnnxModel({
        ...matmulModel,
        outputs: types.map((dataType) => ({ name: dataType, dataType, shape: ["n", 2] })),
        nodes: types.map((type) => ({
          op: "Cast",
          inputs: ["x"],
          outputs: [type],
          attributes: { to: int(codes[type]) },
        })),
        initializers: [],
      }),
    });
    const outputs = await caster.run({ x: rows(0, 3) });
    await caster.dispose();
    expect(Object.values(outputs).map(({ data }) => data)).toEqual([
      Float64Array.of(0, 3),
      Int32Array.of(0, 3),
      BigInt64Array.of(0n, 3n),
      Uint8Array.of(0, 3),
      Uint8Array.of(0, 1),
      Float32Array.of(0, 3),
    ]);
  });

  it("says what the graph cannot do with these values", async () => {
    const reshape = await createOnnxModel({
      threads: 1,
      modelName: "reshape",
      model: encodeOnnxModel({
        ...matmulModel,
        inputs: [{ name: "x", dataType: "float32", shape: ["n"] }],
        outputs: [{ name: "y", dataType: "float32", shape: ["m", 4] }],
        nodes: [{ op: "Reshape", inputs: ["x", "shape"], outputs: ["y"] }],
        initializers: [
          { name: "shape", dataType: "int64", dims: [2], data: BigInt64Array.of(-1n, 4n) },
        ],
      }),
    });
    const call = reshape.run({ x: createOnnxTensor("float32", new Float32Array(3)) });
    await expect(call).rejects.toMatchObject({
      code: "rejected",
      message: expect.stringContaining("reshape failed on these values") as string,
      cause: expect.any(Error) as Error,
    });
    const { y } = await reshape.run({ x: createOnnxTensor("float32", new Float32Array(4)) });
    expect(y?.dims).toEqual([1, 4]);
    await reshape.dispose();
  });

  it("does not leak: 10,000 runs", async () => {
    const data = new Float32Array(2 * 500);
    const once = async (): Promise<void> => {
      await model.run({ x: createOnnxTensor("float32", data, [500, 2]) });
    };
    for (let run = 0; run < 2000; run += 1) await once();
    const before = process.memoryUsage.rss();
    for (let run = 0; run < 10_000; run += 1) await once();
    // One leaked output of 6 kB a run would be 60 MB.
    expect(process.memoryUsage.rss() - before).toBeLessThan(40e6);
  }, 60_000);
});

describe("the thread of a model", () => {
  it("leaves the event loop free while it computes", async () => {
    const model = await createOnnxModel({ model: encodeOnnxModel(slowModel(20, 512)), threads: 1 });
    const progress = { isDone: false };
    let turns = 0;
    const call = model.run(slowFeeds).finally(() => (progress.isDone = true));
    while (!progress.isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    await call;
    expect(turns).toBeGreaterThan(20);
    await model.dispose();
  });

  it("takes an aborted call out of the queue, and goes on with the others", async () => {
    const model = await createOnnxModel({ model: encodeOnnxModel(slowModel(8, 512)), threads: 1 });
    const reason = new Error("stop");
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [
      model.run(slowFeeds),
      model.run(slowFeeds, { signal }),
      model.run(slowFeeds, { signal }),
      model.run(slowFeeds),
    ];
    controller.abort(reason);
    const settled = await Promise.allSettled(calls);
    expect(settled.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    expect(settled[1]).toMatchObject({ reason });
    await model.dispose();
  });

  it("ends the calls already made before it is disposed, and takes none after", async () => {
    const model = await createOnnxModel({ model: encodeOnnxModel(slowModel(8, 512)), threads: 1 });
    const calls = [model.run(slowFeeds), model.run(slowFeeds)];
    await Promise.all([model.dispose(), model.dispose()]);
    await expect(Promise.all(calls)).resolves.toHaveLength(2);
    await expect(model.run(slowFeeds)).rejects.toMatchObject({ code: "invalid-argument" });
    await model.dispose();
  });

  it("rejects the calls that wait when it crashes, and those after", async () => {
    let worker: Worker | undefined;
    process.once("worker", (started: Worker) => (worker = started));
    const model = await createOnnxModel({ model: matmul, threads: 1, modelName: "matmul" });
    // A message that is none: the thread throws where nothing catches.
    worker?.postMessage(null, []);
    const call = model.run({ x: rows(1, 1) });
    await expect(call).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("the thread of matmul failed") as string,
    });
    await expect(model.run({ x: rows(1, 1) })).rejects.toMatchObject({ code: "unavailable" });
    await model.dispose();
  });
});

describe("createOnnxModel refuses", () => {
  it("a file that is not there, by name", async () => {
    const call = createOnnxModel({ model: "/nowhere/model.onnx" });
    await expect(call).rejects.toMatchObject({
      code: "invalid-argument",
      message: "there is no model file /nowhere/model.onnx",
    });
  });

  it("a file that is no model", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "megapairs-onnx-")), "model.onnx");
    writeFileSync(path, "<html>not found</html>");
    await expect(createOnnxModel({ model: path })).rejects.toMatchObject({ code: "corrupt-data" });
  });

  it.each(["cpu", "cuda", "auto"] as const)("bytes that are no model, on %s", async (device) => {
    const call = createOnnxModel({ model: Uint8Array.of(1, 2, 3), device });
    await expect(call).rejects.toMatchObject({ code: "corrupt-data" });
  });

  it("a graph that reads what nothing makes", async () => {
    const nodes = [{ op: "Relu", inputs: ["nothing"], outputs: ["y"] }];
    const model = encodeOnnxModel({ ...matmulModel, nodes });
    await expect(createOnnxModel({ model })).rejects.toMatchObject({ code: "corrupt-data" });
  });

  it("an operator that this build does not have", async () => {
    const nodes = [{ op: "Matmull", inputs: ["x", "w"], outputs: ["y"] }];
    const model = encodeOnnxModel({ ...matmulModel, nodes });
    await expect(createOnnxModel({ model })).rejects.toMatchObject({ code: "unsupported" });
  });

  it("float16 inputs, which cannot be fed", async () => {
    const call = createOnnxModel({
      model: encodeOnnxModel({
        ...matmulModel,
        inputs: [{ name: "x", dataType: "float16", shape: [2] }],
        outputs: [{ name: "y", dataType: "float16", shape: [2] }],
        nodes: [
          { op: "Transpose", inputs: ["x"], outputs: ["y"], attributes: { perm: ints([0]) } },
        ],
        initializers: [],
      }),
    });
    await expect(call).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining('float16 inputs ("x")') as string,
    });
  });

  it("a number of threads that is none", async () => {
    const call = createOnnxModel({ model: matmul, threads: 0 });
    await expect(call).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("a device that is not there, but not when any will do", async () => {
    const wish = await createOnnxModel({ model: matmul, device: "cuda" }).catch(
      (error: MegaPairsError) => error,
    );
    const model = await createOnnxModel({ model: matmul, device: "auto", threads: 1 });
    const outcome = "code" in wish ? wish.code : wish.device;
    if ("dispose" in wish) await wish.dispose();
    expect([
      ["cuda", "cuda", []],
      ["unsupported", "cpu", ["cuda"]],
    ]).toContainEqual([outcome, model.device, model.refusedDevices.map(({ device }) => device)]);
    await model.dispose();
  });
});
