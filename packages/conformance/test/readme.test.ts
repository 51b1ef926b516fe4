import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { logged } = await runReadmeExample(import.meta.url);
  expect(logged.map((parts) => parts.join(" "))).toEqual(["13 tests passed", "429 2"]);
});
