import { readFile, rm, writeFile } from "node:fs/promises";
import { afterEach, expect, it, vi } from "vitest";

const README = new URL("../README.md", import.meta.url);
const EXAMPLE = new URL(".readme-example.ts", import.meta.url);

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(EXAMPLE, { force: true });
});

it("runs the example of the README", async () => {
  const [, example = ""] = /```ts\n(.*?)```/s.exec(await readFile(README, "utf8")) ?? [];
  await writeFile(EXAMPLE, example);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await import(EXAMPLE.href);
  expect(log.mock.calls).toEqual([
    [
      expect.stringMatching(
        /^Both images .* However, the Source Image .*, whereas the Target Image/,
      ),
    ],
    [[expect.any(String), expect.any(String), expect.any(String)]],
    [[]],
  ]);
});
