import { readFile, rm, writeFile } from "node:fs/promises";

import { expect, it, onTestFinished, vi } from "vitest";

it("runs the example of the README", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const file = new URL(".readme-example.ts", import.meta.url);
  await writeFile(file, example);
  onTestFinished(() => rm(file));
  const log = vi.spyOn(console, "log").mockReturnValue();
  await import(file.href);
  expect(log.mock.calls).toEqual([[{ words: 5 }, 0, 2]]);
});
