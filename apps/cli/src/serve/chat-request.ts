import type { GenerateOptions, PromptPart } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import { describeIssues } from "../config/describe-issues.ts";

const contentPart = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({ type: z.literal("image_url"), image_url: z.looseObject({ url: z.string() }) }),
]);

const chatRequestSchema = z.looseObject({
  model: z.string(),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(["system", "developer", "user"]),
        content: z.union([z.string(), z.array(contentPart)]),
      }),
    )
    .min(1),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  seed: z.int().nullish(),
  n: z.literal(1).nullish(),
  stream: z.literal(false).nullish(),
  response_format: z
    .discriminatedUnion("type", [
      z.looseObject({ type: z.literal("text") }),
      z.looseObject({
        type: z.literal("json_schema"),
        json_schema: z.looseObject({ schema: z.record(z.string(), z.unknown()) }),
      }),
    ])
    .nullish(),
});

/** What a request asks, and of which model. */
export interface ChatRequest {
  readonly model: string;
  readonly options: GenerateOptions;
}

const DEFAULT_TOKENS = 4096;
const DATA_URL = /^data:image\/(jpeg|png|webp);base64,([A-Za-z0-9+/]+={0,2})$/u;
const MEDIA_TYPES = { jpeg: "image/jpeg", png: "image/png", webp: "image/webp" } as const;

/**
 * Reads the body of a chat completion as one call of a backend: system messages apart, all others as
 * one prompt, pictures as data URLs of JPEG, PNG or WebP. Further members are left alone.
 *
 * Throws `invalid-argument`, naming the member, on anything that cannot be honoured: streams, several
 * answers, pictures elsewhere than in the request.
 */
export function readChatRequest(body: string): ChatRequest {
  const parsed = chatRequestSchema.safeParse(parseJson(body));
  if (!parsed.success) throw invalid(`the request is not served: ${describeIssues(parsed.error)}`);
  const { model, messages, response_format: format, ...request } = parsed.data;
  const parts = messages.flatMap(({ role, content }) => {
    const list = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
    return list.map((part) => ({ isSystem: role !== "user", part: promptPart(part) }));
  });
  if (parts.some(({ isSystem, part }) => isSystem && part.type === "image")) {
    throw invalid("a system message holds an image; expected images in user messages");
  }
  const system = parts.flatMap(({ isSystem, part }) =>
    isSystem && part.type === "text" ? [part.text] : [],
  );
  return {
    model,
    options: {
      system: system.length > 0 ? system.join("\n") : undefined,
      prompt: parts.flatMap(({ isSystem, part }) => (isSystem ? [] : [part])),
      maxOutputTokens: request.max_completion_tokens ?? request.max_tokens ?? DEFAULT_TOKENS,
      temperature: request.temperature ?? 1,
      seed: request.seed ?? undefined,
      jsonSchema: format?.type === "json_schema" ? format.json_schema.schema : undefined,
    },
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new MegaPairsError("invalid-argument", "the body holds no JSON", { cause });
  }
}

function promptPart(part: z.output<typeof contentPart>): PromptPart {
  if (part.type === "text") return { type: "text", text: part.text };
  const { url } = part.image_url;
  const [, format, base64] = DATA_URL.exec(url) ?? [];
  const mediaType = Object.entries(MEDIA_TYPES).find(([name]) => name === format)?.[1];
  if (mediaType === undefined || base64 === undefined) {
    throw invalid(
      `an image_url begins with ${JSON.stringify(url.slice(0, 40))}; expected data:image/jpeg;base64,… or png or webp: nothing is fetched`,
    );
  }
  const bytes = Buffer.from(base64, "base64");
  return { type: "image", image: { type: "bytes", bytes, mediaType } };
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
