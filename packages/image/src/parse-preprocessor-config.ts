import { parsePlainConfig } from "./parse-plain-config.ts";
import { parseProcessorConfig } from "./parse-processor-config.ts";
import type { Preprocessing } from "./preprocessing.ts";

/**
 * Reads how a model wants its pictures, from the parsed JSON of either of two files:
 *
 * - `preprocessor_config.json` of a Hugging Face model whose `image_processor_type` (or the older
 *   `feature_extractor_type`) is CLIP's, SigLIP's, ViT's, DeiT's, DINOv3's or BiT's, which DINOv2 uses.
 *   Missing keys have the defaults of that class in transformers 5.23. Keys without a say in the
 *   pixels are passed over; every other key that this package cannot honour is refused by name.
 * - a plain description of any image model, `{size, crop?, mean, std, scale?, channelOrder?,
 *   interpolation?}`: `size` is a number (a square), `{width, height}`, or `{shortestEdge}`; `crop` a
 *   number or `{width, height}`; `scale` 1/255, `channelOrder` `"RGB"` and `interpolation`
 *   `"bicubic"` unless given. Unknown keys are refused.
 *
 * Throws `corrupt-data` where a value is missing or of the wrong kind, `unsupported` where it asks
 * for something else than resize, centre crop, rescale and normalise to one fixed size.
 */
export function parsePreprocessorConfig(json: unknown): Preprocessing {
  return isPlain(json) ? parsePlainConfig(json) : parseProcessorConfig(json);
}

function isPlain(json: unknown): boolean {
  if (typeof json !== "object" || json === null) return false;
  const isProcessor = Object.keys(json).some((key) => key.includes("_") || key === "resample");
  return !isProcessor && "size" in json;
}
