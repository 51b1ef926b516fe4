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
  log.mockRestore();
});
