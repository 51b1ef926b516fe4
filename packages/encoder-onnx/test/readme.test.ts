import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { exports } = await runReadmeExample(import.meta.url);
  expect(exports["similarity"]).toBeGreaterThan(-1);
  expect(exports["similarity"]).toBeLessThan(1);
});
