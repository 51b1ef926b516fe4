import { createInPlaceModel, createOnnxTensor } from "@megapairs/onnx";
import type { InPlaceModel, OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** sum = x + y, and twice = 2 sum, for vectors of four. */
const definition: OnnxModelDefinition = {
  name: "sums",
  opset: 18,
  inputs: ["x", "y"].map((name) => ({ name, dataType: "float32", shape: [4] })),
  outputs: ["sum", "twice"].map((name) => ({ name, dataType: "float32", shape: [4] })),
  nodes: [
    { op: "Add", inputs: ["x", "y"], outputs: ["sum"] },
    { op: "Add", inputs: ["sum", "sum"], outputs: ["twice"] },
  ],
  initializers: [],
};

function shared(...numbers: number[]): OnnxTensor {
  const data = new Float32Array(new SharedArrayBuffer(4 * numbers.length));
  data.set(numbers);
  return createOnnxTensor("float32", data);
}

describe("createInPlaceModel", () => {
  let model: InPlaceModel;
  beforeAll(async () => {
    model = await createInPlaceModel({ definition, threads: 1 });
  });
  afterAll(() => model.dispose());

  it("writes all outputs where they shall lie", async () => {
    const [sum, twice] = [shared(0, 0, 0, 0), shared(0, 0, 0, 0)];
    await model.run({ x: shared(1, 2, 3, 4), y: shared(10, 20, 30, 40) }, { sum, twice });
    expect(sum.data).toEqual(shared(11, 22, 33, 44).data);
    expect(twice.data).toEqual(shared(22, 44, 66, 88).data);
  });

  it("adds to a value that lies where the output goes, in shared memory seen as it is", async () => {
    const [total, twice] = [shared(1, 1, 1, 1), shared(0, 0, 0, 0)];
    for (let step = 0; step < 3; step += 1) {
      await model.run({ x: total, y: shared(1, 2, 3, 4) }, { sum: total, twice });
    }
    expect(total.data).toEqual(shared(4, 7, 10, 13).data);
  });

  it("runs several times in one call, in order", async () => {
    const [total, twice] = [shared(1, 1, 1, 1), shared(0, 0, 0, 0)];
    const call = { feeds: { x: total, y: shared(1, 2, 3, 4) }, into: { sum: total, twice } };
    await model.runEach([call, call, { ...call, feeds: { ...call.feeds, y: shared(9, 9, 9, 9) } }]);
    expect(total.data).toEqual(shared(12, 14, 16, 18).data);
    expect(twice.data).toEqual(shared(24, 28, 32, 36).data);
  });

  it("takes parts of one buffer and plain arrays", async () => {
    const buffer = new SharedArrayBuffer(64);
    const part = (at: number): OnnxTensor =>
      createOnnxTensor("float32", new Float32Array(buffer, 16 * at, 4));
    const x = createOnnxTensor("float32", Float32Array.of(1, 2, 3, 4));
    await model.run({ x, y: x }, { sum: part(1), twice: part(3) });
    expect([...new Float32Array(buffer)]).toEqual([
      0, 0, 0, 0, 2, 4, 6, 8, 0, 0, 0, 0, 4, 8, 12, 16,
    ]);
  });

  it("tells what does not fit", async () => {
    const x = shared(1, 2, 3, 4);
    const run = (into: Record<string, OnnxTensor>): Promise<void> => model.run({ x, y: x }, into);
    await expect(run({ sum: shared(0, 0, 0, 0) })).rejects.toThrow(
      'sums gives the outputs "sum", "twice", found "sum"',
    );
    await expect(run({ sum: shared(0, 0), twice: x })).rejects.toThrow(
      'sums gives "sum" as float32 [4], found float32 [2]',
    );
    const apart = createOnnxTensor("float32", new Float32Array(4));
    await expect(run({ sum: x, twice: apart })).rejects.toThrow(
      'sums gives "twice" into shared memory, found an array without a SharedArrayBuffer',
    );
  });

  it("rejects what fails while it runs", async () => {
    const failing = await createInPlaceModel({
      definition: {
        ...definition,
        inputs: [...definition.inputs, { name: "at", dataType: "int64", shape: [4] }],
        nodes: [
          { op: "Gather", inputs: ["x", "at"], outputs: ["picked"] },
          { op: "Add", inputs: ["picked", "y"], outputs: ["sum"] },
          { op: "Add", inputs: ["sum", "sum"], outputs: ["twice"] },
        ],
      },
      threads: 1,
    });
    const x = shared(1, 2, 3, 4);
    const at = createOnnxTensor("int64", BigInt64Array.of(0n, 1n, 2n, 9n));
    const running = failing.run(
      { x, y: x, at },
      { sum: shared(0, 0, 0, 0), twice: shared(0, 0, 0, 0) },
    );
    await expect(running).rejects.toSatisfy(
      (error) => MegaPairsError.isInstance(error) && error.code === "rejected",
    );
    await failing.dispose();
  });
});
