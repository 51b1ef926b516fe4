import { describeVlmConformance } from "@megapairs/conformance";
import type { WireAnswer } from "@megapairs/conformance";
import { createOpenAIVlm } from "@megapairs/vlm-openai";
import type { OpenAIVlmProfileName } from "@megapairs/vlm-openai";

const answer: WireAnswer = (text, finishReason) => ({
  choices: [
    { index: 0, message: { role: "assistant", content: text }, finish_reason: finishReason },
  ],
  usage: { prompt_tokens: 7, completion_tokens: 3 },
});

const JSON_SCHEMA: Readonly<Record<OpenAIVlmProfileName, boolean>> = {
  vllm: true,
  sglang: true,
  openai: true,
  generic: false,
};

for (const profile of ["vllm", "sglang", "openai", "generic"] as const) {
  describeVlmConformance(`createOpenAIVlm, profile ${profile}`, {
    create: ({ fetch }) =>
      createOpenAIVlm({
        baseUrl: "http://vlm.test/v1",
        model: "some/model",
        apiKey: "sk-conformance-key",
        profile,
        fetch,
      }),
    answer,
    supports: { maxImages: 2, jsonSchema: JSON_SCHEMA[profile], seed: profile === "vllm" },
  });
}
