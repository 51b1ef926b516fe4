import { readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, expect, it, vi } from "vitest";
import { decodeOnnxModel } from "@megapairs/onnx";

const example = new URL(".readme-example.ts", import.meta.url);

afterAll(() => rm(example, { force: true }));

it("trains the network of the README", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  await writeFile(example, /```ts\n(?<code>[^]*?)```/u.exec(readme)!.groups!["code"]!);
  const log = vi.spyOn(console, "log").mockReturnValue();
  const { bytes } = (await import(example.href)) as { bytes: Uint8Array };
  const lines = log.mock.calls.map(([line]) => String(line));
  log.mockRestore();
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
