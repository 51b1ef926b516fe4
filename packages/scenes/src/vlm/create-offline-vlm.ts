import type { GenerateOptions, GenerateResult, ImagePixels, VlmBackendV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { decodeImage } from "@megapairs/image";
import { readScene } from "../reader/read-scene.ts";
import { deriveSeed } from "../world/seeded-random.ts";
import { captionScene } from "../world/caption-scene.ts";
import { readPhoto } from "../reader/read-photo.ts";
import { describePair } from "./describe-pair.ts";
import { fitSchema, leastItems, type AnswerContent } from "./fit-schema.ts";
import { countWords, joinPhrases } from "./pair-points.ts";
import { findTargetClause, writeInstructions } from "./write-instructions.ts";

const MODEL_ID = "scenes/pixel-reader-1";
const SUPPORTS: VlmBackendV1["supports"] = { maxImages: 2, jsonSchema: true, seed: true };
const DEFAULT_WORD_LIMIT = 100;
const WORD_LIMIT = /\b(\d{1,4})\s+words\b/giu;
const INTRODUCTION =
  "I read pixels. Show me two images and I describe what they share and how they differ; give me " +
  "such a description and I write retrieval instructions.";

/**
 * A stand-in for a vision-language model that needs no network and no weights, for demos, tests
 * and benchmarks of everything around the model. It is no neural network: it segments pictures of
 * the scenes world and names what it finds, looking at nothing but their pixels; of other
 * pictures it compares colours, brightness and layout.
 *
 * - Two images in the prompt: describes them, the first as source, the second as target, within
 *   the last limit of the form `60 words` in the prompt's text (100 where none is).
 * - No image, and a description of that form in the text: writes three or four instructions (more for `minItems`) as
 *   JSON, `{"instructions": […]}` or under the name that `jsonSchema` has for them.
 * - One image: captions it. Otherwise: says what it can do.
 *
 * The answer follows the prompt, the images' bytes and `seed` alone. `temperature` changes nothing.
 * Tokens are counted as words. Rejects with `unsupported` on more than two images and with
 * `corrupt-data` on one that does not decode.
 */
export function createOfflineVlm(): VlmBackendV1 {
  return {
    specificationVersion: "vlm-v1",
    provider: "scenes",
    modelId: MODEL_ID,
    supports: SUPPORTS,
    doGenerate,
  };
}

async function doGenerate(options: GenerateOptions): Promise<GenerateResult> {
  options.signal?.throwIfAborted();
  const prompt = options.prompt.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  const files = options.prompt.flatMap((part) => (part.type === "image" ? [part.image] : []));
  if (files.length > SUPPORTS.maxImages) {
    throw new MegaPairsError(
      "unsupported",
      `found ${files.length} images in the prompt, ${MODEL_ID} takes at most ${SUPPORTS.maxImages}`,
    );
  }
  const images = await Promise.all(
    files.map(({ bytes }) => decodeImage(bytes, { signal: options.signal })),
  );
  options.signal?.throwIfAborted();
  const seed = deriveSeed(options.seed ?? 0, prompt, ...files.map(({ bytes }) => hashBytes(bytes)));
  const content = answer(prompt, images, seed, leastItems(options.jsonSchema));
  const isInstructing = images.length === 0 && content.list.length > 0;
  const { text, warnings } = fitSchema(content, options.jsonSchema, isInstructing);
  const words = text.split(" ");
  const isCut = words.length > options.maxOutputTokens;
  return {
    text: isCut ? words.slice(0, options.maxOutputTokens).join(" ") : text,
    finishReason: isCut ? "length" : "stop",
    usage: {
      input: countWords(`${options.system ?? ""} ${prompt}`),
      output: Math.min(words.length, options.maxOutputTokens),
    },
    warnings,
  };
}

function answer(
  prompt: string,
  images: readonly ImagePixels[],
  seed: number,
  least: number,
): AnswerContent {
  const [source, target] = images;
  if (source !== undefined && target === undefined) {
    return { text: captionPicture(source, seed), list: [] };
  }
  const description =
    source !== undefined && target !== undefined
      ? describePair(source, target, { wordLimit: wordLimitIn(prompt), seed })
      : undefined;
  const clause = findTargetClause(description ?? prompt);
  const list = clause === undefined ? [] : writeInstructions(clause, seed, least);
  return { text: description ?? (list.length > 0 ? list.join(" ") : INTRODUCTION), list };
}

function wordLimitIn(prompt: string): number {
  const limit = [...prompt.matchAll(WORD_LIMIT)].at(-1)?.[1];
  return limit === undefined ? DEFAULT_WORD_LIMIT : Number(limit);
}

function captionPicture(pixels: ImagePixels, seed: number): string {
  const scene = readScene(pixels);
  if (scene !== undefined) return captionScene(scene, seed);
  const { brightness, colours, detail } = readPhoto(pixels);
  const tones = colours.length > 0 ? ` in ${joinPhrases(colours)}` : "";
  return `A ${detail} picture of ${brightness} tones${tones}`;
}

function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
