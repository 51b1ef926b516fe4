import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { logged } = await runReadmeExample(import.meta.url);
  expect(logged).toEqual([
    ["image/jpeg", 640, 480],
    [true],
    [{ mediaType: "image/jpeg", width: 365, height: 273, frames: 1, hasAlpha: false }],
  ]);
});
