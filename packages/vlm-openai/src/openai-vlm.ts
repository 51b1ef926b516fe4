import { MegaPairsError } from "@megapairs/spec";
import type {
  GenerateOptions,
  GenerateResult,
  JsonValue,
  VlmBackendV1,
  VlmSupports,
} from "@megapairs/spec";
import { callError } from "./call-error.ts";
import { chatCompletionAnswer } from "./chat-completion-answer.ts";
import { chatCompletionRequest } from "./chat-completion-request.ts";
import { createOpenAIClient } from "./openai-client.ts";
import type { OpenAIClientSettings } from "./openai-client.ts";
import { openAIVlmProfile } from "./openai-vlm-profile.ts";
import type { OpenAIVlmProfile, OpenAIVlmProfileName } from "./openai-vlm-profile.ts";
import { withDeadline } from "./with-deadline.ts";

/** Settings of {@link createOpenAIVlm}. */
export interface OpenAIVlmSettings extends OpenAIClientSettings {
  /** Model name as the server knows it. */
  readonly model: string;
  /** Which server it is. `generic` by default: only what all servers understand. */
  readonly profile?: OpenAIVlmProfileName | OpenAIVlmProfile | undefined;
  /** What differs from the profile's facts. `maxImages` is 2 by default: what annotation needs. */
  readonly supports?: Partial<VlmSupports> | undefined;
  /**
   * Milliseconds for a whole call. 600,000 by default: vLLM queues without bound and says nothing
   * meanwhile, so a short limit throws work away.
   */
  readonly timeoutMs?: number | undefined;
  /** Nucleus sampling, in (0, 1]. The profile's by default: 1, or left out for OpenAI. */
  readonly topP?: number | undefined;
  /** Further fields of every request; they win over the profile's and the backend's own. */
  readonly extraBody?: Readonly<Record<string, JsonValue>> | undefined;
}

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
const NOT_EXTRA = ["messages", "stream"];

function checkSettings({ timeoutMs = 1, extraBody = {}, model }: OpenAIVlmSettings): void {
  if (model === "") throw new MegaPairsError("invalid-argument", "model is empty.");
  if (!(timeoutMs >= 1 && timeoutMs <= LONGEST_TIMEOUT_MS)) {
    throw new MegaPairsError(
      "invalid-argument",
      `timeoutMs is ${timeoutMs}; expected 1 to ${LONGEST_TIMEOUT_MS}.`,
    );
  }
  const taken = NOT_EXTRA.find((field) => Object.hasOwn(extraBody, field));
  if (taken !== undefined) {
    throw new MegaPairsError("invalid-argument", `extraBody must not hold "${taken}".`);
  }
}

/**
 * A backend on any server that speaks OpenAI's chat completions.
 *
 * One call is one request: no retries. Images travel as data URLs, in prompt order, and must be
 * JPEG, PNG or WebP. Rejects with `unsupported` on other images and too many of them, `rejected`
 * on HTTP 4xx, `overloaded` on 408, 409 and 429 with `retryAfterMs`, `unavailable` on 5xx, lost
 * connections and time-outs, `invalid-output` on answers that are no chat completion.
 *
 * @example
 * ```ts
 * const vlm = createOpenAIVlm({ baseUrl: "http://127.0.0.1:8000/v1", model: "Qwen/Qwen3-VL-8B-Instruct", profile: "vllm" });
 * ```
 */
export function createOpenAIVlm(settings: OpenAIVlmSettings): VlmBackendV1 {
  checkSettings(settings);
  const { model, timeoutMs = 600_000, extraBody = {} } = settings;
  const profile = openAIVlmProfile(settings.profile ?? "generic");
  const supports: VlmSupports = {
    maxImages: settings.supports?.maxImages ?? 2,
    jsonSchema: settings.supports?.jsonSchema ?? profile.jsonSchema !== "none",
    seed: settings.supports?.seed ?? profile.seed,
  };
  const request = { model, profile, supports, topP: settings.topP ?? profile.topP, extraBody };
  const { client, host, excerpt, close } = createOpenAIClient(settings);

  return {
    specificationVersion: "vlm-v1",
    provider: profile.provider,
    modelId: model,
    supports,

    async doGenerate(options: GenerateOptions): Promise<GenerateResult> {
      options.signal?.throwIfAborted();
      const { body, warnings } = chatCompletionRequest(request, options);
      const text = await withDeadline({ signal: options.signal, timeoutMs }, async (signal) => {
        try {
          const headers = { "content-type": "application/json" };
          const call = client.post("/chat/completions", { body, headers, signal });
          return await (await call.asResponse()).text();
        } catch (error) {
          throw callError(error, { host, excerpt });
        }
      });
      return { ...chatCompletionAnswer(text, excerpt), warnings };
    },

    dispose: close,
  };
}
