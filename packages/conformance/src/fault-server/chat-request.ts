import type { IncomingHttpHeaders } from "node:http";
import type { GenerateOptions, ImageBytes, ImageMediaType, PromptPart } from "@megapairs/spec";
import { isRecord } from "../is-record.ts";

/** One request as the server got it. */
export interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body: parsed where it is JSON, text where not, undefined where there is none. */
  readonly body: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const DATA_URL = /^data:image\/(?<format>jpeg|png|webp);base64,(?<base64>[A-Za-z0-9+/=]+)$/;
const MEDIA_TYPES: Readonly<Record<string, ImageMediaType>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
};

function imageOf(url: string): ImageBytes {
  const match = DATA_URL.exec(url)?.groups;
  const bytes =
    match === undefined ? Buffer.from(url) : Buffer.from(match["base64"] ?? "", "base64");
  const mediaType = MEDIA_TYPES[match?.["format"] ?? "png"] ?? "image/png";
  return { type: "bytes", bytes, mediaType };
}

function promptPart(value: unknown): PromptPart {
  const part = fieldsOf(value);
  return part["type"] === "image_url"
    ? { type: "image", image: imageOf(textOf(fieldsOf(part["image_url"])["url"])) }
    : { type: "text", text: textOf(part["text"]) };
}

function promptParts(message: unknown): PromptPart[] {
  const { content } = fieldsOf(message);
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content.map(promptPart) : [];
}

/** What a chat-completions body asks of a model. Lenient: what is missing gets a default. */
export function generateOptionsOf(body: unknown): GenerateOptions {
  const fields = fieldsOf(body);
  const messages: readonly unknown[] = Array.isArray(fields["messages"]) ? fields["messages"] : [];
  const isSystem = (message: unknown): boolean => fieldsOf(message)["role"] === "system";
  const system = messages.filter(isSystem).flatMap(promptParts);
  const format = fieldsOf(fieldsOf(fields["response_format"])["json_schema"]);
  const limit = fields["max_completion_tokens"] ?? fields["max_tokens"];
  return {
    system:
      system.length === 0
        ? undefined
        : system.map((part) => part.type === "text" && part.text).join("\n"),
    prompt: messages.filter((message) => !isSystem(message)).flatMap(promptParts),
    maxOutputTokens: typeof limit === "number" ? limit : 4096,
    temperature: typeof fields["temperature"] === "number" ? fields["temperature"] : 1,
    seed: typeof fields["seed"] === "number" ? fields["seed"] : undefined,
    jsonSchema: "schema" in format ? fieldsOf(format["schema"]) : undefined,
  };
}
