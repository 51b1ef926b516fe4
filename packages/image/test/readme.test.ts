import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";

test("the README's example runs", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/su.exec(readme)?.[1];
  const file = new URL(".readme-example.ts", import.meta.url);
  writeFileSync(file, example ?? "");
  onTestFinished(() => rmSync(file));
  const log = vi.spyOn(console, "log").mockReturnValue();
  await import(file.href);
  expect(log.mock.calls).toEqual([
    ["image/jpeg", 640, 480],
    [true],
    [{ mediaType: "image/jpeg", width: 365, height: 273, frames: 1, hasAlpha: false }],
  ]);
});
