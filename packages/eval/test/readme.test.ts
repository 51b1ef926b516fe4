import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";

it("runs the example of the README", async () => {
  const { logged } = await runReadmeExample(import.meta.url);
  expect(logged.map(([line]) => String(line))).toEqual([
    "AP@5 0.833",
    "official 1, expected 0.25",
    "All 3 vectors are the same: scores say nothing of such an encoder.",
    "difference 0.500, p = 0.25",
    "MMRet-MLLM mAP@5 42.2",
  ]);
});
