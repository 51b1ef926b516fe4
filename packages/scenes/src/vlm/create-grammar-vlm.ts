import type { GenerateOptions, GenerateResult, VlmBackendV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { deriveSeed } from "../world/seeded-random.ts";
import type { DescribePairOptions } from "./describe-pair.ts";
import { fitSchema, leastItems, type AnswerContent } from "./fit-schema.ts";
import { countWords } from "./pair-points.ts";
import { rememberReadings, type ReadBytes } from "./remember-readings.ts";
import { findTargetClause, writeInstructions } from "./write-instructions.ts";

/** Settings of {@link createGrammarVlm}: the eyes, and words for what they see. */
export interface GrammarVlmSettings<Reading> {
  readonly modelId: string;
  /** Reads a picture off its file's bytes, which alone decide what it is. */
  readonly read: ReadBytes<Reading>;
  /** Words two readings in the form of the paper's first annotation stage. */
  readonly describe: (source: Reading, target: Reading, options: DescribePairOptions) => string;
  /** Words one reading. */
  readonly caption: (reading: Reading, seed: number) => string;
  /** What an instruction names of several differences. */
  readonly names: "some" | "all";
  /** What is said where there is nothing to do. */
  readonly introduction: string;
  /** Of how many pictures, those last asked about, to remember the reading. */
  readonly rememberedPictures: number;
}

const SUPPORTS: VlmBackendV1["supports"] = { maxImages: 2, jsonSchema: true, seed: true };
const DEFAULT_WORD_LIMIT = 100;
const WORD_LIMIT = /\b(\d{1,4})\s+words\b/giu;

/**
 * A backend that sees with `read` and speaks by grammars: two images in a prompt are described
 * within the last limit of the form `60 words` of its text, a description without images becomes
 * instructions, one image is captioned. The answer follows prompt, bytes and seed alone.
 *
 * Throws `invalid-argument` as `rememberReadings` does. Calls reject with `unsupported` on more than
 * two images, and as `read` does.
 */
export function createGrammarVlm<Reading>(settings: GrammarVlmSettings<Reading>): VlmBackendV1 {
  const { modelId } = settings;
  const read = rememberReadings(settings.read, settings.rememberedPictures);

  async function doGenerate(options: GenerateOptions): Promise<GenerateResult> {
    options.signal?.throwIfAborted();
    const prompt = options.prompt.map((part) => (part.type === "text" ? part.text : "")).join("\n");
    const files = options.prompt.flatMap((part) => (part.type === "image" ? [part.image] : []));
    if (files.length > SUPPORTS.maxImages) {
      throw new MegaPairsError(
        "unsupported",
        `found ${files.length} images in the prompt, ${modelId} takes at most ${SUPPORTS.maxImages}`,
      );
    }
    const pictures = await Promise.all(files.map(({ bytes }) => read(bytes)));
    options.signal?.throwIfAborted();
    const hashes = files.map(({ bytes }) => hashBytes(bytes));
    const seed = deriveSeed(options.seed ?? 0, prompt, ...hashes);
    const content = answer(settings, prompt, pictures, {
      seed,
      least: leastItems(options.jsonSchema),
    });
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

  return {
    specificationVersion: "vlm-v1",
    provider: "scenes",
    modelId,
    supports: SUPPORTS,
    doGenerate,
  };
}

function answer<Reading>(
  { describe, caption, introduction, names }: GrammarVlmSettings<Reading>,
  prompt: string,
  [source, target]: readonly Reading[],
  { seed, least }: { readonly seed: number; readonly least: number },
): AnswerContent {
  if (source !== undefined && target === undefined) {
    return { text: caption(source, seed), list: [] };
  }
  const description =
    source !== undefined && target !== undefined
      ? describe(source, target, { wordLimit: wordLimitIn(prompt), seed })
      : undefined;
  const clause = findTargetClause(description ?? prompt);
  const list = clause === undefined ? [] : writeInstructions(clause, { seed, least, names });
  return { text: description ?? (list.length > 0 ? list.join(" ") : introduction), list };
}

function wordLimitIn(prompt: string): number {
  const limit = [...prompt.matchAll(WORD_LIMIT)].at(-1)?.[1];
  return limit === undefined ? DEFAULT_WORD_LIMIT : Number(limit);
}

function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
