import { differentiate, readParameters } from "@megapairs/autograd";
import { createOnnxModel, encodeOnnxModel } from "@megapairs/onnx";
import { expect, it } from "vitest";
import { directionalDifference, numbersOf } from "./central-differences.ts";
import { contrastiveFeeds, contrastiveModel, contrastiveParameters } from "./contrastive-model.ts";

it("differentiates two transformer blocks under InfoNCE by every weight", async () => {
  const model = contrastiveModel();
  const parameters = contrastiveParameters(model);
  expect(parameters).toHaveLength(35);
  const training = differentiate({ model, loss: "loss", parameters });
  const feeds = { ...readParameters(model, parameters), ...contrastiveFeeds() };
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
