import { createOfflineVlm } from "@megapairs/scenes";
import type { VlmBackendV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { createOpenAIVlm } from "@megapairs/vlm-openai";
import type { BackendConfig } from "../config/run-config.ts";
import { openReferenceVlm } from "./open-reference-vlm.ts";

/** The backend that settings name: one of the embedded ones, or a server. */
export async function chooseBackend(config: BackendConfig): Promise<VlmBackendV1> {
  if (config === "offline") return createOfflineVlm();
  if (config === "reference") return openReferenceVlm();
  const { apiKeyEnv, baseUrl, model, profile, timeoutMs } = config;
  const apiKey = apiKeyEnv === undefined ? undefined : process.env[apiKeyEnv];
  if (apiKeyEnv !== undefined && (apiKey === undefined || apiKey === "")) {
    throw new MegaPairsError(
      "invalid-argument",
      `The environment variable ${apiKeyEnv}, named by apiKeyEnv, is not set.`,
    );
  }
  return createOpenAIVlm({ baseUrl, model, profile, timeoutMs, apiKey });
}
