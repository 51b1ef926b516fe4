import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { logged } = await runReadmeExample(import.meta.url);
  expect(logged).toEqual([
    ["cat.jpg", "a cat on a mat"],
    [1, []],
  ]);
});
