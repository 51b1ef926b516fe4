import { runReadmeExample } from "@megapairs/vitest-config/run-readme-example";
import { expect, it } from "vitest";
import type { EncoderV1 } from "@megapairs/spec";

it("runs the example of the README", async () => {
  const { exports } = await runReadmeExample(import.meta.url);
  const encoder = exports["encoder"] as EncoderV1;
  const { embeddings } = await encoder.doEncode({
    inputs: [{ type: "text", text: "a red square" }],
    role: "query",
  });
  expect(Math.hypot(...embeddings)).toBeCloseTo(1, 6);
});
