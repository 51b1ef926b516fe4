import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { logged } = await runReadmeExample(import.meta.url);
  expect(logged.map(([line]) => String(line))).toEqual([
    "bare disc",
    "1 captions, 1 missing",
    "page: corrupt-data",
  ]);
});
