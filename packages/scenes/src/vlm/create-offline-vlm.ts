import type { GenerateOptions, GenerateResult, VlmBackendV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { decodeImage } from "@megapairs/image";
import { readPicture, type PictureReading } from "../reader/read-picture.ts";
import { captionScene } from "../world/caption-scene.ts";
import { deriveSeed } from "../world/seeded-random.ts";
import { describePair } from "./describe-pair.ts";
import { fitSchema, leastItems, type AnswerContent } from "./fit-schema.ts";
import { countWords, joinPhrases } from "./pair-points.ts";
import { rememberReadings, type ReadBytes } from "./remember-readings.ts";
import { findTargetClause, writeInstructions } from "./write-instructions.ts";

/** Settings of {@link createOfflineVlm}. */
export interface OfflineVlmSettings {
  /**
   * Of how many pictures, those last asked about, to remember what was read: one of several pairs
   * is then decoded and read once. 0 to 16,777,215; default 4096, of about a kilobyte each.
   */
  readonly rememberedPictures?: number | undefined;
}

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
 * - No image, and a description of that form in the text: writes three or four instructions (more
 *   for `minItems`) as JSON, `{"instructions": […]}` or under the name that `jsonSchema` has for them.
 * - One image: captions it. Otherwise: says what it can do.
 *
 * The answer follows the prompt, the images' bytes and `seed` alone; what is remembered only saves
 * time. `temperature` changes nothing. Tokens are counted as words.
 *
 * Throws `invalid-argument` on settings out of range. Calls reject with `unsupported` on more than
 * two images and with `corrupt-data` on one that does not decode.
 */
export function createOfflineVlm(settings: OfflineVlmSettings = {}): VlmBackendV1 {
  const { rememberedPictures = 4096 } = settings;
  const read = rememberReadings(
    async (bytes) => readPicture(await decodeImage(bytes)),
    rememberedPictures,
  );
  return {
    specificationVersion: "vlm-v1",
    provider: "scenes",
    modelId: MODEL_ID,
    supports: SUPPORTS,
    doGenerate: (options) => generate(options, read),
  };
}

async function generate(
  options: GenerateOptions,
  read: ReadBytes<PictureReading>,
): Promise<GenerateResult> {
  options.signal?.throwIfAborted();
  const prompt = options.prompt.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  const files = options.prompt.flatMap((part) => (part.type === "image" ? [part.image] : []));
  if (files.length > SUPPORTS.maxImages) {
    throw new MegaPairsError(
      "unsupported",
      `found ${files.length} images in the prompt, ${MODEL_ID} takes at most ${SUPPORTS.maxImages}`,
    );
  }
  const pictures = await Promise.all(files.map(({ bytes }) => read(bytes)));
  options.signal?.throwIfAborted();
  const seed = deriveSeed(options.seed ?? 0, prompt, ...files.map(({ bytes }) => hashBytes(bytes)));
  const content = answer(prompt, pictures, seed, leastItems(options.jsonSchema));
  const isInstructing = pictures.length === 0 && content.list.length > 0;
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
  pictures: readonly PictureReading[],
  seed: number,
  least: number,
): AnswerContent {
  const [source, target] = pictures;
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

function captionPicture({ scene, photo }: PictureReading, seed: number): string {
  if (scene !== undefined) return captionScene(scene, seed);
  const { brightness, colours, detail } = photo;
  const tones = colours.length > 0 ? ` in ${joinPhrases(colours)}` : "";
  return `A ${detail} picture of ${brightness} tones${tones}`;
}

function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
