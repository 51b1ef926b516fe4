import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";
import { decodeOnnxModel } from "@megapairs/onnx";

it("trains the network of the README", async () => {
  const { exports, logged } = await runReadmeExample(import.meta.url);
  const bytes = exports["bytes"] as Uint8Array;
  const lines = logged.map(([line]) => String(line));
  const losses = lines.map((line) => Number(line.split(": ")[1]));
  expect(lines.map((line) => line.split(":")[0])).toEqual([
    "step 1",
    "step 10",
    "step 20",
    "step 30",
  ]);
  expect(losses[0]).toBeGreaterThan(2);
  expect(losses.at(-1)).toBeLessThan(0.1 * losses[0]!);
  expect(losses.toSorted((a, b) => b - a)).toEqual(losses);
  expect(decodeOnnxModel(bytes).initializers).toHaveLength(4);
});
