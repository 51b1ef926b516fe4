import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { logged } = await runReadmeExample(import.meta.url);
  expect(logged.map(([line]) => String(line))).toEqual([
    "image-0 -> image-1, not image-0 image-2",
    "image-0 -> image-2, not image-0 image-1",
    "image-1 -> image-0, not image-1 image-2 image-3",
    "image-1 -> image-2, not image-1 image-0",
    "image-1 -> image-3, not image-1 image-0",
    "image-2 -> image-0, not image-2 image-1",
    "image-2 -> image-1, not image-2 image-0",
    "image-3 -> image-1, not image-3",
    "8 pairs, 2 near duplicates under I",
  ]);
});
