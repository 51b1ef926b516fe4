import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { ImageBytes, PromptPart } from "@megapairs/spec";
import { deriveSeed } from "./derive-seed.ts";
import { fillTemplate } from "./fill-template.ts";
import data from "./prompts/describe.json" with { type: "json" };

/** The texts of stage 1. Each is the same for every pair, except `closing`. */
export interface DescribePrompt {
  /** Changes whenever a word of the prompt does. */
  readonly version: string;
  readonly system: string;
  /** Stands before the two images, so that servers can keep its prefix in their cache. */
  readonly opening: string;
  /** Stands after the two images; `{wordLimit}` is replaced by a number. */
  readonly closing: string;
}

/** The prompt that `describePair` uses unless told otherwise (after paper §3.2). */
export const describePrompt: DescribePrompt = data;

const WORD_LIMITS = { least: 60, most: 100 };

/** The word limit of a pair: uniform in 60..100 (paper §3.2), from the seed and the pair's id alone. */
export function drawWordLimit(seed: number, pairId: string): number {
  const generator = xoroshiro128plus(deriveSeed(seed, "word-limit", pairId));
  return uniformInt(generator, WORD_LIMITS.least, WORD_LIMITS.most);
}

/**
 * Constant text, query image, target image, text of this pair: the order in which prefix caches
 * reuse most, and in which nothing depends on labels between the images, since some chat templates
 * move all images to the front.
 */
export function renderDescribePrompt(
  prompt: DescribePrompt,
  pair: { readonly query: ImageBytes; readonly target: ImageBytes; readonly wordLimit: number },
): readonly PromptPart[] {
  return [
    { type: "text", text: prompt.opening },
    { type: "image", image: pair.query },
    { type: "image", image: pair.target },
    { type: "text", text: fillTemplate(prompt.closing, { wordLimit: pair.wordLimit }) },
  ];
}
