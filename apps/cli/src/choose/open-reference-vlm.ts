import { loadOnnxEncoder } from "@megapairs/encoder-onnx";
import { createReferenceVlm, referenceModelPath } from "@megapairs/scenes";
import type { VlmBackendV1 } from "@megapairs/spec";

/** The VLM of the objects world with the shipped CLIP for eyes, which is freed with it. */
export async function openReferenceVlm(): Promise<VlmBackendV1> {
  const encoder = await loadOnnxEncoder({ model: referenceModelPath("clip"), threads: 1 });
  const backend = createReferenceVlm({ encoder });
  return { ...backend, dispose: async () => encoder.dispose?.() };
}
