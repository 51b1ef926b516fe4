import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createImageOnnxEncoder } from "@megapairs/encoder-onnx";
import { parsePreprocessorConfig } from "@megapairs/image";
import { describe, expect, it } from "vitest";

const data = join(import.meta.dirname, "../../../../shared/data");
const isAbsent = !existsSync(join(data, "models/squeezenet1.1.onnx"));

/** Share of rows whose nearest other row, by cosine, has the same label. */
function leaveOneOutPrecision(rows: readonly Float32Array[], labels: readonly string[]): number {
  const hits = rows.filter((row, index) => {
    let best = -1;
    let bestScore = -Infinity;
    for (const [other, candidate] of rows.entries()) {
      const score = row.reduce((sum, value, axis) => sum + value * (candidate[axis] ?? 0), 0);
      if (other !== index && score > bestScore) [best, bestScore] = [other, score];
    }
    return labels[index] === labels[best];
  });
  return hits.length / rows.length;
}

describe.skipIf(isAbsent)(
  `SqueezeNet on photos${isAbsent ? ` (skipped: ${data} is absent)` : ""}`,
  () => {
    it("finds clothing of the same class as often as the reference: about 56 %", async () => {
      const encoder = await createImageOnnxEncoder({
        model: join(data, "models/squeezenet1.1.onnx"),
        modelId: "squeezenet1.1",
        output: "embedding",
        preprocessing: parsePreprocessorConfig({
          size: 227,
          mean: [104, 117, 123],
          std: [1, 1, 1],
          scale: 1,
          channelOrder: "BGR",
          interpolation: "bilinear",
        }),
      });
      const lines = readFileSync(join(data, "photos/clothing/labels.jsonl"), "utf8")
        .trim()
        .split("\n");
      const photos = lines.map((line) => JSON.parse(line) as { file: string; label: string });
      const rows: Float32Array[] = [];
      for (let start = 0; start < photos.length; start += 32) {
        const inputs = photos.slice(start, start + 32).map(({ file }) => ({
          type: "image" as const,
          image: {
            type: "bytes" as const,
            bytes: readFileSync(join(data, "photos/clothing", file)),
            mediaType: "image/jpeg" as const,
          },
        }));
        const { embeddings } = await encoder.doEncode({ inputs, role: "candidate" });
        for (const row of inputs.keys()) rows.push(embeddings.subarray(row * 512, (row + 1) * 512));
      }
      await encoder.dispose?.();
      const precision = leaveOneOutPrecision(
        rows,
        photos.map(({ label }) => label),
      );
      expect(rows).toHaveLength(500);
      expect(precision).toBeGreaterThan(0.54);
      expect(precision).toBeLessThan(0.58);
    }, 120_000);
  },
);
