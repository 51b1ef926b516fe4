import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { logged } = await runReadmeExample(import.meta.url);
  expect(logged).toEqual([
    [
      expect.stringMatching(
        /^Both images .* However, the Source Image .*, whereas the Target Image/,
      ),
    ],
    [[expect.any(String), expect.any(String), expect.any(String)]],
    [[]],
  ]);
});
