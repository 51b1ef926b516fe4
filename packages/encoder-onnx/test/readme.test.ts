import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it("runs the README's example", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const [, example] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const file = join(import.meta.dirname, ".readme-example.ts");
  writeFileSync(file, example ?? "");
  try {
    const { similarity } = (await import(file)) as { similarity: number };
    expect(similarity).toBeGreaterThan(-1);
    expect(similarity).toBeLessThan(1);
  } finally {
    rmSync(file);
  }
});
