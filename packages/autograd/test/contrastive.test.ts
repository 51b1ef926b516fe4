import { differentiate, readParameters } from "@megapairs/autograd";
import { createOnnxModel, createOnnxTensor, encodeOnnxModel } from "@megapairs/onnx";
import { expect, it } from "vitest";
import { directionalDifference, numbersOf } from "./central-differences.ts";
import { contrastiveModel } from "./contrastive-model.ts";

it("differentiates two transformer blocks under InfoNCE by every weight", async () => {
  const model = contrastiveModel();
  const parameters = model.initializers
    .filter(({ dataType, dims }) => dataType === "float64" && dims.length > 0)
    .map(({ name }) => name);
  expect(parameters).toHaveLength(35);
  const training = differentiate({ model, loss: "loss", parameters });
  const targets = Array.from({ length: 24 }, (_, index) => Math.cos(index * index));
  const feeds = {
    ...readParameters(model, parameters),
    ids: createOnnxTensor(
      "int64",
      BigInt64Array.from([1, 5, 5, 2, 9, 1, 0, 10, 3, 3, 3, 7], BigInt),
      [3, 4],
    ),
    targets: createOnnxTensor("float64", Float64Array.from(targets), [3, 8]),
    positives: createOnnxTensor("int64", BigInt64Array.of(0n, 1n, 2n), [3, 1]),
  };
  const session = await createOnnxModel({
    model: encodeOnnxModel(training),
    threads: 1,
    graphOptimization: "basic",
  });
  const results = await session.run(feeds);
  for (const name of parameters) {
    const gradient = numbersOf(results[`${name}.gradient`]!);
    const direction = gradient.map((_, index) => Math.sin(1 + index * 7.3));
    const length = Math.hypot(...direction);
    const expected = gradient.reduce((sum, g, index) => sum + (g * direction[index]!) / length, 0);
    const found = await directionalDifference(session, feeds, name, direction, 1e-3);
    const scale = Math.max(Math.abs(expected), 1e-3);
    expect(Math.abs(found - expected) / scale, name).toBeLessThan(1e-4);
  }
  await session.dispose();
});
