import { readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, expect, it, vi } from "vitest";

const example = new URL("./.readme-example.ts", import.meta.url);
afterAll(() => rm(example, { force: true }));

it("runs the example of the README", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const code = /```ts\n(?<code>.*?)```/s.exec(readme)?.groups?.["code"];
  await writeFile(example, code ?? "");
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...parts) => {
    lines.push(parts.join(" "));
  });
  await import(/* @vite-ignore */ example.href);
  log.mockRestore();
  expect(lines).toEqual([
    expect.stringMatching(/^stop Both images .*, whereas the Target Image .*\.$/),
  ]);
});
