import base16 from "../configs/clip-vit-base-patch16.json" with { type: "json" };
import base32 from "../configs/clip-vit-base-patch32.json" with { type: "json" };
import large14 from "../configs/clip-vit-large-patch14.json" with { type: "json" };
import small from "../configs/clip-small.json" with { type: "json" };
import tiny from "../configs/clip-tiny.json" with { type: "json" };
import { parseClipConfig } from "./clip-config.ts";
import type { ClipConfig } from "./clip-config.ts";

/**
 * CLIP models by name. The paper's base is `clip-vit-base-patch16`, its large `clip-vit-large-patch14`.
 * Ours: `clip-tiny`, 1.6M parameters for pictures of 64 x 64 pixels and vocabularies of up to 1,024
 * tokens, trains from scratch in minutes on two cores; `clip-small` has 8.7M for 96 x 96 and 2,048.
 */
export const clipConfigs: Readonly<Record<ClipConfigName, ClipConfig>> = {
  "clip-vit-base-patch32": parseClipConfig(base32),
  "clip-vit-base-patch16": parseClipConfig(base16),
  "clip-vit-large-patch14": parseClipConfig(large14),
  "clip-small": parseClipConfig(small),
  "clip-tiny": parseClipConfig(tiny),
};

/** Names in {@link clipConfigs}. */
export type ClipConfigName =
  | "clip-vit-base-patch32"
  | "clip-vit-base-patch16"
  | "clip-vit-large-patch14"
  | "clip-small"
  | "clip-tiny";
