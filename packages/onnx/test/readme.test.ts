import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { exports } = await runReadmeExample(import.meta.url);
  expect(exports["y"]).toEqual({ dataType: "float32", dims: [1, 2], data: Float32Array.of(0, 5) });
});
