import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("learns what the colours of the README are called", { timeout: 60_000 }, async () => {
  const { logged } = await runReadmeExample(import.meta.url);
  const [first, last] = logged[0]!.map(Number);
  expect(first).toBeGreaterThan(1);
  expect(last).toBeLessThan(0.1 * first!);
});
