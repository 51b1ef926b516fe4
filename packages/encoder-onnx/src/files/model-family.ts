import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import modelFamilies from "../model-families.json" with { type: "json" };
import { validateJson } from "./validate-json.ts";

/** What the loader knows about one `model_type`. */
interface ModelFamily {
  readonly image: {
    /** Outputs that are the embedding, by preference; where there are none, the CLS token is it. */
    readonly outputs: readonly string[];
    /** Tokens before those of the patches: CLS, distillation, registers. */
    readonly prefixTokens: number;
  };
  readonly text?:
    | {
        readonly outputs: readonly string[];
        /** Pad to the longest text of a batch, or always to the context length. */
        readonly padding: "longest" | "context";
      }
    | undefined;
}

const familySchema: z.ZodType<ModelFamily> = z.object({
  image: z.object({ outputs: z.array(z.string()), prefixTokens: z.int() }),
  text: z
    .object({ outputs: z.array(z.string()), padding: z.enum(["longest", "context"]) })
    .optional(),
});

const configSchema = z.looseObject({
  model_type: z.string(),
  num_register_tokens: z.int().nonnegative().optional(),
  text_config: z.looseObject({ max_position_embeddings: z.int().positive().optional() }).optional(),
});

/** What `config.json` says about a model, as far as it matters for embedding. */
export interface ModelConfig {
  readonly modelType: string;
  readonly family: ModelFamily;
  /** Tokens. CLIP and SigLIP may leave it out: 77 and 64, as in transformers. */
  readonly contextLength: number;
}

/**
 * Reads a model's `config.json`. Throws `unsupported` on a `model_type` that is not in
 * `model-families.json`.
 */
export function parseModelConfig(json: unknown, subject: string): ModelConfig {
  const config = validateJson(configSchema, json, subject);
  const found = Object.entries(modelFamilies).find(([type]) => type === config.model_type)?.[1];
  if (found === undefined) {
    throw new MegaPairsError(
      "unsupported",
      `${subject} has the model_type "${config.model_type}", expected one of ${Object.keys(modelFamilies).join(", ")}`,
    );
  }
  const family = familySchema.parse(found);
  const prefixTokens = family.image.prefixTokens + (config.num_register_tokens ?? 0);
  return {
    modelType: config.model_type,
    family: { ...family, image: { ...family.image, prefixTokens } },
    contextLength:
      config.text_config?.max_position_embeddings ?? (config.model_type === "clip" ? 77 : 64),
  };
}
