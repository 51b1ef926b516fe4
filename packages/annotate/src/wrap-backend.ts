import type { GenerateOptions, GenerateResult, VlmBackendV1 } from "@megapairs/spec";

/** The same backend with another way to generate. Disposing of the wrapper disposes of the backend. */
export function wrapBackend(
  backend: VlmBackendV1,
  generate: (options: GenerateOptions) => Promise<GenerateResult>,
): VlmBackendV1 {
  return {
    specificationVersion: "vlm-v1",
    provider: backend.provider,
    modelId: backend.modelId,
    supports: backend.supports,
    async doGenerate(options) {
      options.signal?.throwIfAborted();
      return generate(options);
    },
    async dispose() {
      await backend.dispose?.();
    },
  };
}
