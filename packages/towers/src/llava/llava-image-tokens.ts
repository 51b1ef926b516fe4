import type { LlavaConfig } from "./llava-config.ts";

/** How many tokens of a prompt stand for one image. */
export function llavaImageTokens(config: LlavaConfig): number {
  const { image_size: size, patch_size: patch } = config.vision_config;
  return (size / patch) ** 2 + (config.vision_feature_select_strategy === "full" ? 1 : 0);
}
