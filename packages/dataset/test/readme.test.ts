import { readFile, rm, writeFile } from "node:fs/promises";

import { afterAll, expect, test, vi } from "vitest";

const example = new URL(".readme-example.ts", import.meta.url);

afterAll(() => rm(example, { force: true }));

test("the example of the README runs", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  await writeFile(example, /```ts\n([^]*?)```/u.exec(readme)?.[1] ?? "");
  const log = vi.spyOn(console, "log").mockReturnValue();
  await import(example.href);
  expect(log.mock.calls).toEqual([
    ["cat.jpg", "a cat on a mat"],
    [1, []],
  ]);
  log.mockRestore();
});
