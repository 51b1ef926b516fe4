import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { EncoderV1 } from "@megapairs/spec";

it("runs the README's example", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const [, example] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const file = join(import.meta.dirname, ".readme-example.ts");
  writeFileSync(file, example ?? "");
  try {
    const { encoder } = (await import(file)) as { encoder: EncoderV1 };
    const { embeddings } = await encoder.doEncode({
      inputs: [{ type: "text", text: "a red square" }],
      role: "query",
    });
    expect(Math.hypot(...embeddings)).toBeCloseTo(1, 6);
  } finally {
    rmSync(file);
  }
});
