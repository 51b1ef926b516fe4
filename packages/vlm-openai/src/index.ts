export type { OpenAIClientSettings } from "./openai-client.ts";
export { openAIVlmProfile } from "./openai-vlm-profile.ts";
export type { OpenAIVlmProfile, OpenAIVlmProfileName } from "./openai-vlm-profile.ts";
export { createOpenAIVlm } from "./openai-vlm.ts";
export type { OpenAIVlmSettings } from "./openai-vlm.ts";
export { probeOpenAIVlm } from "./probe-openai-vlm.ts";
export type { OpenAIVlmProbe } from "./probe-openai-vlm.ts";
