import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";

/** What is read of peft's `adapter_config.json`. */
interface AdapterConfig {
  readonly r: number;
  readonly lora_alpha: number;
}

const none = z
  .union([z.null(), z.literal(false), z.strictObject({}), z.array(z.never()).length(0)])
  .optional();

const schema = z.looseObject({
  peft_type: z.literal("LORA"),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  bias: z.literal("none").optional(),
  use_dora: none,
  use_rslora: none,
  fan_in_fan_out: none,
  modules_to_save: none,
  rank_pattern: none,
  alpha_pattern: none,
});

/**
 * Checks peft's `adapter_config.json`; `unsupported` where it is no plain LoRA: another kind of
 * adapter, trained biases, DoRA, other ranks for some modules, whole modules saved.
 */
export function parseAdapterConfig(json: unknown, file: string): AdapterConfig {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new MegaPairsError("unsupported", `${file} is no plain LoRA: ${faults.join("; ")}`);
}

/** peft's `adapter_config.json` of a plain LoRA. */
export function adapterConfig(
  rank: number,
  alpha: number,
  modules: readonly string[],
  baseModel: string | undefined,
): object {
  return {
    peft_type: "LORA",
    task_type: null,
    base_model_name_or_path: baseModel ?? null,
    inference_mode: true,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    target_modules: modules,
    bias: "none",
    fan_in_fan_out: false,
    init_lora_weights: true,
    modules_to_save: null,
    use_dora: false,
    use_rslora: false,
  };
}
