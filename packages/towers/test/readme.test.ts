import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { exports, logged } = await runReadmeExample(import.meta.url);
  expect(exports["image_embeds"]).toMatchObject({ dataType: "float32", dims: [1, 128] });
  expect(logged.map(([line]) => line)).toEqual([
    "1595393 parameters, 90.966016 MFLOP an image",
    "28 small weights to train, in graphs that autograd takes",
  ]);
});
