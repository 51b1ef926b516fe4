import { readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, expect, test, vi } from "vitest";
import { sceneAt, sceneDifference } from "@megapairs/scenes";

const example = new URL("./.readme-example.ts", import.meta.url);

afterAll(() => rm(example, { force: true }));

test("the README's example runs", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const [, code = ""] = /```ts\n([\s\S]*?)```/u.exec(readme) ?? [];
  await writeFile(example, code);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await import(example.href);
  const [[caption], [changes], [text]] = log.mock.calls as [[string], [unknown], [string]];
  log.mockRestore();
  expect(caption).toMatch(/\w+ \w+/u);
  expect(changes).toEqual(sceneDifference(sceneAt(7, 0), sceneAt(7, 1)).changes);
  expect(text).toMatch(
    /^Both images .+ However, the Source Image .+, whereas the Target Image .+\.$/u,
  );
});
