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
  /** Multiplies the spread of all random initial weights. */
  readonly initializer_factor: number;
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
  /** Standard deviation of the random initial weights of patches and positions. */
  readonly initializer_range: number;
}

/** A CLIP `config.json`, as transformers' `CLIPConfig` writes it; what it leaves out has its defaults. */
export interface ClipConfig {
  readonly model_type: "clip";
  /** Width of the features. */
  readonly projection_dim: number;
  /** Natural logarithm of what cosines are multiplied with at the start of training. */
  readonly logit_scale_init_value: number;
  readonly initializer_factor: number;
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
  initializer_factor: z.number().positive().default(1),
});

const textSchema = z.looseObject({
  ...transformerOf(512, 8),
  vocab_size: size.default(49408),
  max_position_embeddings: size.default(77),
  eos_token_id: z.int().nonnegative().default(49407),
});

/** The vision tower's part of a config, with what it leaves out. */
export const clipVisionSchema: z.ZodType<ClipVisionConfig> = z.looseObject({
  ...transformerOf(768, 12),
  image_size: size.default(224),
  patch_size: size.default(32),
  num_channels: size.default(3),
  initializer_range: z.number().positive().default(0.02),
});

const schema = z.looseObject({
  model_type: z.literal("clip"),
  projection_dim: size.default(512),
  logit_scale_init_value: z.number().default(2.6592),
  initializer_factor: z.number().positive().default(1),
  text_config: textSchema,
  vision_config: clipVisionSchema,
  text_config_dict: textSchema.nullish(),
  vision_config_dict: clipVisionSchema.nullish(),
});

/**
 * Checks a CLIP `config.json`. The `text_config_dict` and `vision_config_dict` of old configs take
 * the place of what is in `text_config` and `vision_config`, as in transformers.
 *
 * Throws `invalid-argument` naming what is missing or wrong: sizes that are no positive whole
 * numbers, widths that heads do not divide, images that patches do not.
 */
export function parseClipConfig(json: unknown): ClipConfig {
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw refusal(describe(parsed.error));
  const { text_config_dict: textDict, vision_config_dict: visionDict, ...rest } = parsed.data;
  const config = {
    ...rest,
    text_config: { ...rest.text_config, ...textDict },
    vision_config: { ...rest.vision_config, ...visionDict },
  };
  const fault =
    faultOfHeads("text_config", config.text_config) ?? faultOfVision(config.vision_config);
  if (fault !== undefined) throw refusal(fault);
  return config;
}

function refusal(fault: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", `this is no CLIP config: ${fault}`);
}

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}

/** What does not go together in the vision part of a config. */
export function faultOfVision(vision: ClipVisionConfig): string | undefined {
  if (vision.image_size % vision.patch_size !== 0) {
    return `vision_config.image_size ${vision.image_size} is no multiple of patch_size ${vision.patch_size}`;
  }
  return faultOfHeads("vision_config", vision);
}

function faultOfHeads(name: string, part: TransformerConfig): string | undefined {
  if (part.hidden_size % part.num_attention_heads === 0) return undefined;
  return `${name}.hidden_size ${part.hidden_size} is no multiple of ${part.num_attention_heads} heads`;
}
