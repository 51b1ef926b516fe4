import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";

/** What the text and vision transformers of CLIP have in common, as `config.json` names it. */
export interface TransformerConfig {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly hidden_act: string;
  readonly layer_norm_eps: number;
}

/** The text tower's part of a CLIP `config.json`. */
export interface ClipTextConfig extends TransformerConfig {
  readonly vocab_size: number;
  /** Most tokens of a text, its marks included. */
  readonly max_position_embeddings: number;
  readonly eos_token_id: number;
}

/** The vision tower's part of a CLIP `config.json`. */
export interface ClipVisionConfig extends TransformerConfig {
  /** Pixels. */
  readonly image_size: number;
  /** Pixels. */
  readonly patch_size: number;
  readonly num_channels: number;
}

/** A CLIP `config.json`, as transformers' `CLIPConfig` writes it; what it leaves out has its defaults. */
export interface ClipConfig {
  readonly model_type: "clip";
  /** Width of the features. */
  readonly projection_dim: number;
  /** Natural logarithm of what cosines are multiplied with at the start of training. */
  readonly logit_scale_init_value: number;
  readonly text_config: ClipTextConfig;
  readonly vision_config: ClipVisionConfig;
}

const size: z.ZodInt = z.int().positive();

const transformerOf = (width: number, heads: number) => ({
  hidden_size: size.default(width),
  intermediate_size: size.default(4 * width),
  num_hidden_layers: size.default(12),
  num_attention_heads: size.default(heads),
  hidden_act: z.string().default("quick_gelu"),
  layer_norm_eps: z.number().positive().default(1e-5),
});

const schema: z.ZodType<ClipConfig> = z.looseObject({
  model_type: z.literal("clip"),
  projection_dim: size.default(512),
  logit_scale_init_value: z.number().default(2.6592),
  text_config: z.looseObject({
    ...transformerOf(512, 8),
    vocab_size: size.default(49408),
    max_position_embeddings: size.default(77),
    eos_token_id: z.int().nonnegative().default(49407),
  }),
  vision_config: z.looseObject({
    ...transformerOf(768, 12),
    image_size: size.default(224),
    patch_size: size.default(32),
    num_channels: size.default(3),
  }),
});

/**
 * Checks a CLIP `config.json`. Throws `invalid-argument` naming what is missing or wrong: sizes that
 * are no positive whole numbers, widths that heads do not divide, images that patches do not.
 */
export function parseClipConfig(json: unknown): ClipConfig {
  const parsed = schema.safeParse(json);
  const issue = parsed.success ? fault(parsed.data) : describe(parsed.error);
  if (parsed.success && issue === undefined) return parsed.data;
  throw new MegaPairsError("invalid-argument", `this is no CLIP config: ${issue}`);
}

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}

function fault({ text_config: text, vision_config: vision }: ClipConfig): string | undefined {
  for (const [name, part] of Object.entries({ text_config: text, vision_config: vision })) {
    if (part.hidden_size % part.num_attention_heads !== 0) {
      return `${name}.hidden_size ${part.hidden_size} is no multiple of ${part.num_attention_heads} heads`;
    }
  }
  if (vision.image_size % vision.patch_size !== 0) {
    return `vision_config.image_size ${vision.image_size} is no multiple of patch_size ${vision.patch_size}`;
  }
  return undefined;
}
