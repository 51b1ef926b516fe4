import { createHash } from "node:crypto";
import type { GenerateOptions, PromptPart, VlmBackendV1 } from "@megapairs/spec";

/**
 * The name of a request: SHA-256, lower-case hex, over provider, model, `scope`, system text, prompt
 * parts in order (images by media type and the SHA-256 of their bytes), `maxOutputTokens`,
 * `temperature`, `seed` and `jsonSchema`. Equal requests have equal keys in every process.
 *
 * A schema's properties count in the order given, since servers generate them in that order.
 * `scope` stands for what shapes answers and is not in the request: see `withLedger`.
 */
export function requestKey(
  backend: Pick<VlmBackendV1, "provider" | "modelId">,
  options: GenerateOptions,
  scope = "",
): string {
  const request = [
    "vlm-request-1",
    backend.provider,
    backend.modelId,
    scope,
    options.system ?? null,
    options.prompt.map(partKey),
    options.maxOutputTokens,
    options.temperature,
    options.seed ?? null,
    options.jsonSchema ?? null,
  ];
  return sha256(JSON.stringify(request));
}

function partKey(part: PromptPart): readonly string[] {
  if (part.type === "text") return ["text", part.text];
  return ["image", part.image.mediaType, sha256(part.image.bytes)];
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
