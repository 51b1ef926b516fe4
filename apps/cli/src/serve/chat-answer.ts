import { createHash } from "node:crypto";
import type { GenerateResult } from "@megapairs/spec";

/** A result as the body of a chat completion. Equal results give equal bodies: it has no clock. */
export function chatAnswer(
  model: string,
  { text, finishReason, usage }: GenerateResult,
): Readonly<Record<string, unknown>> {
  const [input, output] = [usage.input ?? 0, usage.output ?? 0];
  return {
    id: `chatcmpl-${createHash("sha256").update(text).digest("hex").slice(0, 24)}`,
    object: "chat.completion",
    created: 0,
    model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: text },
        finish_reason: finishReason === "content-filter" ? "content_filter" : finishReason,
      },
    ],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  };
}
