import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it("runs the README's example", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const [, example] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const file = join(import.meta.dirname, ".readme-example.ts");
  writeFileSync(file, example ?? "");
  try {
    const { y } = (await import(file)) as { y: unknown };
    expect(y).toEqual({ dataType: "float32", dims: [1, 2], data: Float32Array.of(0, 5) });
  } finally {
    rmSync(file);
  }
});
