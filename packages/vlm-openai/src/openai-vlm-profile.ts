import { MegaPairsError } from "@megapairs/spec";
import type { JsonValue } from "@megapairs/spec";
import { z } from "zod";
import table from "./openai-vlm-profiles.json" with { type: "json" };

/** The servers that are known by name. */
export type OpenAIVlmProfileName = "vllm" | "sglang" | "openai" | "generic";

/** How a server wants chat completions to be asked for, where servers differ. */
export interface OpenAIVlmProfile {
  /** `provider` of the backend. */
  readonly provider: string;
  /** The field that limits an answer; the other one is ignored or refused. */
  readonly maxTokensField: "max_tokens" | "max_completion_tokens";
  /** `top_p` where the settings say nothing. Null leaves it out. 1 undoes the model's own default. */
  readonly topP: number | null;
  /**
   * `plain`: `response_format` with the caller's schema. `strict`: with OpenAI's demands met, every
   * object closed and every property required. `none`: ignored or refused by the server.
   */
  readonly jsonSchema: "plain" | "strict" | "none";
  /** The server repeats itself for the same seed. */
  readonly seed: boolean;
  /** Sends the SHA-256 of each image as `uuid`: the key of vLLM's image caches. */
  readonly imageUuid: boolean;
  /** JSON Schema keywords that the server refuses. Left out with a warning. */
  readonly unsupportedSchemaKeywords: readonly string[];
  /** Further fields of every request. */
  readonly extraBody: Readonly<Record<string, JsonValue>>;
}

const profileSchema: z.ZodType<OpenAIVlmProfile> = z.object({
  provider: z.string(),
  maxTokensField: z.enum(["max_tokens", "max_completion_tokens"]),
  topP: z.number().nullable(),
  jsonSchema: z.enum(["plain", "strict", "none"]),
  seed: z.boolean(),
  imageUuid: z.boolean(),
  unsupportedSchemaKeywords: z.array(z.string()),
  extraBody: z.record(z.string(), z.json()),
});

const profiles = z.record(z.string(), profileSchema).parse(table);

/** The profile of a name, or the profile itself. Throws `invalid-argument` on an unknown name. */
export function openAIVlmProfile(
  profile: OpenAIVlmProfileName | OpenAIVlmProfile,
): OpenAIVlmProfile {
  if (typeof profile !== "string") return profile;
  const found = Object.hasOwn(profiles, profile) ? profiles[profile] : undefined;
  if (found !== undefined) return found;
  throw new MegaPairsError(
    "invalid-argument",
    `profile "${profile}"; expected ${Object.keys(profiles).join(", ")}.`,
  );
}
