import { createHash } from "node:crypto";
import type { GenerateResult } from "@megapairs/spec";

/** The chat-completions body that says this result. Equal results give equal bodies. */
export function chatCompletion(
  model: string,
  { text, finishReason, usage }: Omit<GenerateResult, "warnings">,
): Readonly<Record<string, unknown>> {
  const [input, output] = [usage.input ?? 0, usage.output ?? 0];
  return {
    id: `chatcmpl-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`,
    object: "chat.completion",
    created: 1_700_000_000,
    model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: text },
        logprobs: null,
        finish_reason: finishReason === "content-filter" ? "content_filter" : finishReason,
      },
    ],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  };
}
