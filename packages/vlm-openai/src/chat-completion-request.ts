import { createHash } from "node:crypto";
import { MegaPairsError } from "@megapairs/spec";
import type {
  GenerateOptions,
  ImageBytes,
  JsonValue,
  PromptPart,
  VlmSupports,
} from "@megapairs/spec";
import { adaptSchema } from "./adapt-schema.ts";
import type { OpenAIVlmProfile } from "./openai-vlm-profile.ts";

/** What every request of a backend has in common. */
export interface ChatCompletionRequestSettings {
  readonly model: string;
  readonly profile: OpenAIVlmProfile;
  readonly supports: VlmSupports;
  readonly topP: number | null;
  readonly extraBody: Readonly<Record<string, JsonValue>>;
}

/** A request, ready to be sent. */
export interface ChatCompletionRequest {
  /** JSON in UTF-8. */
  readonly body: Uint8Array;
  /** One for each option that was left out. */
  readonly warnings: readonly string[];
}

const SENT_AS_THEY_ARE: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/webp"]);

function imagePart({ bytes, mediaType }: ImageBytes, withUuid: boolean): string {
  if (!SENT_AS_THEY_ARE.has(mediaType)) {
    throw new MegaPairsError(
      "unsupported",
      `an image of type ${mediaType}; expected image/jpeg, image/png or image/webp: re-encode it first.`,
    );
  }
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  const uuid = withUuid ? `,"uuid":"${createHash("sha256").update(bytes).digest("hex")}"` : "";
  return `{"type":"image_url","image_url":{"url":"data:${mediaType};base64,${base64}"}${uuid}}`;
}

function userContent(prompt: readonly PromptPart[], { imageUuid }: OpenAIVlmProfile): string {
  const [only] = prompt;
  if (prompt.length === 1 && only?.type === "text") return JSON.stringify(only.text);
  const parts = prompt.map((part) =>
    part.type === "text"
      ? JSON.stringify({ type: "text", text: part.text })
      : imagePart(part.image, imageUuid),
  );
  return `[${parts.join()}]`;
}

function checkImages(prompt: readonly PromptPart[], maxImages: number, model: string): void {
  const images = prompt.filter(({ type }) => type === "image").length;
  if (images <= maxImages) return;
  throw new MegaPairsError(
    "unsupported",
    `${images} images in one prompt; ${model} takes at most ${maxImages} (supports.maxImages).`,
  );
}

/**
 * The body of a chat completion.
 *
 * It is put together as text, so that images are never escaped nor walked by a JSON serialiser:
 * half of the client's CPU time for a request with two pictures.
 *
 * Throws `unsupported` on too many images, and on one that is not JPEG, PNG or WebP.
 */
export function chatCompletionRequest(
  settings: ChatCompletionRequestSettings,
  options: GenerateOptions,
): ChatCompletionRequest {
  const { model, profile, supports, topP } = settings;
  checkImages(options.prompt, supports.maxImages, model);
  const warnings: string[] = [];
  const fields: Record<string, unknown> = {
    ...profile.extraBody,
    model,
    [profile.maxTokensField]: options.maxOutputTokens,
    temperature: options.temperature,
  };
  if (topP !== null) fields["top_p"] = topP;
  if (options.seed !== undefined) {
    if (supports.seed) fields["seed"] = options.seed;
    else warnings.push("seed is not supported and was left out");
  }
  if (options.jsonSchema !== undefined) {
    if (supports.jsonSchema) {
      const isStrict = profile.jsonSchema === "strict";
      const unsupported = profile.unsupportedSchemaKeywords;
      const { schema, leftOut } = adaptSchema(options.jsonSchema, { isStrict, unsupported });
      const json_schema = { name: "answer", schema, ...(isStrict ? { strict: true } : {}) };
      fields["response_format"] = { type: "json_schema", json_schema };
      if (leftOut.length > 0) warnings.push(`jsonSchema: ${leftOut.join(", ")} left out`);
    } else warnings.push("jsonSchema is not supported and was left out");
  }
  Object.assign(fields, settings.extraBody);
  const messages = [`{"role":"user","content":${userContent(options.prompt, profile)}}`];
  if (options.system !== undefined) {
    messages.unshift(JSON.stringify({ role: "system", content: options.system }));
  }
  const head = JSON.stringify(fields).slice(0, -1);
  return { body: Buffer.from(`${head},"messages":[${messages.join()}]}`), warnings };
}
