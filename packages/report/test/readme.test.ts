import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { logged } = await runReadmeExample(import.meta.url);
  expect(logged.map(([line]) => String(line))).toEqual([
    "<h1>Twelve photos</h1>",
    "none 0.2 · query image 32.1 · query image + mined 33.7",
  ]);
});
