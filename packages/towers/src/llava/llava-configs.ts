import tiny from "../configs/llava-tiny.json" with { type: "json" };
import { parseLlavaConfig } from "./llava-config.ts";
import type { LlavaConfig } from "./llava-config.ts";

/**
 * LLaVA models by name. `llava-tiny`: 1.9M parameters for pictures of 64 x 64 pixels, vocabularies of
 * up to 1,024 tokens and the image token 1024, that trains from scratch in minutes on two cores.
 */
export const llavaConfigs: Readonly<Record<LlavaConfigName, LlavaConfig>> = {
  "llava-tiny": parseLlavaConfig(tiny),
};

/** Names in {@link llavaConfigs}. */
export type LlavaConfigName = "llava-tiny";
