import { MegaPairsError } from "@megapairs/spec";
import type { GenerateResult } from "@megapairs/spec";
import { z } from "zod";

const count = z.number().int().nonnegative().nullish().catch(undefined);

const content = z.union([
  z.string(),
  z.array(z.object({ type: z.string(), text: z.string().optional() })),
]);

/** Only what is read: a wider schema would break on changes that do not concern us. */
const completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: content.nullish(), refusal: z.string().nullish() }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(undefined),
});

type Choice = z.infer<typeof completion>["choices"][number];

function finishReasonOf({ message, finish_reason: wire }: Choice): GenerateResult["finishReason"] {
  if (typeof message.refusal === "string" && message.refusal !== "") return "content-filter";
  if (wire === "stop" || wire === "length") return wire;
  return wire === "content_filter" ? "content-filter" : "other";
}

function textOf({ message }: Choice): string | undefined {
  if (typeof message.content === "string") return message.content;
  return message.content?.map((part) => part.text ?? "").join("") ?? message.refusal ?? undefined;
}

function parseJson(body: string, excerpt: (text: string) => string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    const found = body.trim() === "" ? "an empty body" : excerpt(body);
    throw new MegaPairsError("invalid-output", `HTTP 200 without JSON: ${found}`);
  }
}

/**
 * The answer in the body of a chat completion.
 *
 * A refusal has finish reason `content-filter`. A thinking model that was cut off before it said
 * anything has content null and finish reason `length`: its text is empty.
 *
 * Throws `invalid-output` on a body that is no chat completion, with a passage of it as
 * `excerpt` shows it.
 */
export function chatCompletionAnswer(
  body: string,
  excerpt: (text: string) => string,
): Omit<GenerateResult, "warnings"> {
  const parsed = completion.safeParse(parseJson(body, excerpt));
  const [choice] = parsed.data?.choices ?? [];
  if (!parsed.success || choice === undefined) {
    throw new MegaPairsError(
      "invalid-output",
      `HTTP 200 without a chat completion: ${excerpt(body)}`,
    );
  }
  const finishReason = finishReasonOf(choice);
  const text = textOf(choice);
  if (text === undefined && (finishReason === "stop" || finishReason === "other")) {
    throw new MegaPairsError("invalid-output", `a chat completion without text: ${excerpt(body)}`);
  }
  const { usage } = parsed.data;
  return {
    text: text ?? "",
    finishReason,
    usage: {
      input: usage?.prompt_tokens ?? undefined,
      output: usage?.completion_tokens ?? undefined,
    },
  };
}
