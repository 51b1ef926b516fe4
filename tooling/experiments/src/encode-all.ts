import type { EncoderInput, EncoderV1 } from "@megapairs/spec";

/** Embeds all inputs, each as a row of norm 1, in order. */
export async function encodeAll(
  encoder: EncoderV1,
  inputs: readonly EncoderInput[],
): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  const { dimensions } = encoder;
  const { maxBatch } = encoder.supports;
  for (let start = 0; start < inputs.length; start += maxBatch) {
    const batch = inputs.slice(start, start + maxBatch);
    const { embeddings } = await encoder.doEncode({ inputs: batch, role: "query" });
    for (let row = 0; row < batch.length; row += 1) {
      rows.push(embeddings.slice(row * dimensions, (row + 1) * dimensions));
    }
  }
  return rows;
}
