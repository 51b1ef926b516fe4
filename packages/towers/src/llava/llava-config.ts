import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import { clipVisionSchema, faultOfVision } from "../clip/clip-config.ts";
import type { ClipVisionConfig } from "../clip/clip-config.ts";

/** The decoder's part of a LLaVA `config.json`: Mistral or Llama. */
export interface DecoderConfig {
  readonly model_type: "mistral" | "llama";
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  /** Heads that share keys and values; divides `num_attention_heads`. */
  readonly num_key_value_heads: number;
  readonly head_dim: number;
  readonly hidden_act: string;
  readonly rms_norm_eps: number;
  /** Tokens that a token sees, itself included; `null`: all before it. */
  readonly sliding_window: number | null;
  /** Base of the rotary embeddings' wavelengths. */
  readonly rope_parameters: { readonly rope_theta: number };
  /** Standard deviation of random initial weights. */
  readonly initializer_range: number;
}

/** A LLaVA `config.json`, as transformers' `LlavaConfig` writes it; what it leaves out has its defaults. */
export interface LlavaConfig {
  readonly model_type: "llava";
  /** The token whose place a patch of the image takes. */
  readonly image_token_index: number;
  readonly projector_hidden_act: string;
  readonly multimodal_projector_bias: boolean;
  /** Which states of the vision tower to take: -2 are those before its last layer, 0 those before its first. */
  readonly vision_feature_layer: number;
  /** `default` leaves out the class mark, `full` keeps it. */
  readonly vision_feature_select_strategy: "default" | "full";
  /** Whether checkpoints leave out `lm_head`, because it is the embedding. */
  readonly tie_word_embeddings: boolean;
  readonly text_config: DecoderConfig;
  readonly vision_config: ClipVisionConfig;
}

const size: z.ZodInt = z.int().positive();

const decoderOf = (wide: number, keyHeads: number | null, window: number | null) => ({
  vocab_size: size.default(32_000),
  hidden_size: size.default(4096),
  intermediate_size: size.default(wide),
  num_hidden_layers: size.default(32),
  num_attention_heads: size.default(32),
  num_key_value_heads: size.nullish().default(keyHeads),
  head_dim: size.nullish(),
  hidden_act: z.string().default("silu"),
  rms_norm_eps: z.number().positive().default(1e-6),
  sliding_window: size.nullable().default(window),
  initializer_range: z.number().positive().default(0.02),
  rope_parameters: z
    .looseObject({ rope_theta: z.number().positive(), rope_type: z.literal("default").optional() })
    .nullish(),
  rope_theta: z.number().positive().default(10_000),
  rope_scaling: z.null().optional(),
  attention_bias: z.literal(false).optional(),
  mlp_bias: z.literal(false).optional(),
  tie_word_embeddings: z.boolean().default(false),
});

const textSchema = z.discriminatedUnion("model_type", [
  z.looseObject({ model_type: z.literal("mistral"), ...decoderOf(14_336, 8, 4096) }),
  z.looseObject({ model_type: z.literal("llama"), ...decoderOf(11_008, null, null) }),
]);

const schema = z.looseObject({
  model_type: z.literal("llava"),
  image_token_index: z.int().nonnegative().default(32_000),
  projector_hidden_act: z.string().default("gelu"),
  multimodal_projector_bias: z.boolean().default(true),
  vision_feature_layer: z.int().default(-2),
  vision_feature_select_strategy: z.enum(["default", "full"]).default("default"),
  tie_word_embeddings: z.boolean().default(false),
  text_config: textSchema,
  vision_config: clipVisionSchema,
});

/**
 * Checks a LLaVA `config.json` whose vision tower is CLIP's and whose decoder is Mistral's or
 * Llama's, of transformers 4 or 5.
 *
 * Throws `invalid-argument` naming what is missing, wrong or not built here: other kinds of rotary
 * embeddings, biases in the decoder, several vision layers at once.
 */
export function parseLlavaConfig(json: unknown): LlavaConfig {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw refusal(faults.join("; "));
  }
  const { rope_theta: theta, rope_scaling: _, ...text } = parsed.data.text_config;
  const config = {
    ...parsed.data,
    tie_word_embeddings: parsed.data.tie_word_embeddings || text.tie_word_embeddings,
    text_config: {
      ...text,
      num_key_value_heads: text.num_key_value_heads ?? text.num_attention_heads,
      head_dim: text.head_dim ?? Math.floor(text.hidden_size / text.num_attention_heads),
      rope_parameters: text.rope_parameters ?? { rope_theta: theta, rope_type: "default" as const },
    },
  };
  const fault = faultOf(config) ?? faultOfVision(config.vision_config);
  if (fault !== undefined) throw refusal(fault);
  return config;
}

function refusal(fault: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", `this is no LLaVA config: ${fault}`);
}

function faultOf(config: LlavaConfig): string | undefined {
  const { text_config: text, vision_config: vision, vision_feature_layer: layer } = config;
  const { num_attention_heads: heads, num_key_value_heads: keyHeads } = text;
  if (heads % keyHeads !== 0) {
    return `text_config.num_attention_heads ${heads} is no multiple of num_key_value_heads ${keyHeads}`;
  }
  if (text.head_dim % 2 !== 0) return `text_config.head_dim ${text.head_dim} is not even`;
  const most = vision.num_hidden_layers;
  if (layer > most || layer < -most - 1) {
    return `vision_feature_layer ${layer} is not among the states of ${most} layers`;
  }
  if (config.image_token_index >= text.vocab_size) {
    return `image_token_index ${config.image_token_index} is not below vocab_size ${text.vocab_size}`;
  }
  return undefined;
}
