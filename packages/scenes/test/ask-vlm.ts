import type { GenerateOptions, GenerateResult, ImageBytes, VlmBackendV1 } from "@megapairs/spec";

/** Asks about pictures: they first, then the text. */
export function askVlm(
  backend: VlmBackendV1,
  images: readonly ImageBytes[],
  text: string,
  options: Partial<GenerateOptions> = {},
): Promise<GenerateResult> {
  const parts = images.map((image) => ({ type: "image", image }) as const);
  const prompt = [...parts, { type: "text", text } as const];
  return backend.doGenerate({ prompt, maxOutputTokens: 512, temperature: 0, ...options });
}
