import { readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, expect, it, vi } from "vitest";

const example = new URL(".readme-example.ts", import.meta.url);

afterAll(() => rm(example, { force: true }));

it("runs the example of the README", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  await writeFile(example, /```ts\n(?<code>[^]*?)```/u.exec(readme)!.groups!["code"]!);
  const log = vi.spyOn(console, "log").mockReturnValue();
  await import(example.href);
  expect(log.mock.calls.map(([line]) => String(line))).toEqual([
    "AP@5 0.833",
    "official 1, expected 0.25",
    "All 3 vectors are the same: scores say nothing of such an encoder.",
    "difference 0.500, p = 0.25",
    "MMRet-MLLM mAP@5 42.2",
  ]);
  log.mockRestore();
});
