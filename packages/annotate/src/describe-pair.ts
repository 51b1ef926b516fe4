import type { ImageBytes, VlmBackendV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import type { AskUsage } from "./ask-until-valid.ts";
import { askUntilValid } from "./ask-until-valid.ts";
import { deriveSeed } from "./derive-seed.ts";
import type { DescribePrompt } from "./describe-prompt.ts";
import { describePrompt, drawWordLimit, renderDescribePrompt } from "./describe-prompt.ts";
import { parseDescription } from "./parse-description.ts";

/** Settings of stage 1 that are the same for every pair. */
export interface DescribeSettings {
  /** Must take two images. */
  readonly backend: VlmBackendV1;
  /** The run's seed, any whole number. Each pair draws its own from it and its id. */
  readonly seed: number;
  /** Default 0.2: near to greedy, yet a second attempt differs. At 0 it repeats the first. */
  readonly temperature?: number | undefined;
  /** Default 512, about three times what 100 words need: room for a preamble. */
  readonly maxOutputTokens?: number | undefined;
  readonly prompt?: DescribePrompt | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options of one {@link describePair} call. */
export interface DescribeOptions extends DescribeSettings {
  readonly pairId: string;
  readonly query: ImageBytes;
  readonly target: ImageBytes;
  /** Most words to ask for. Default: drawn from 60..100 by seed and pair id (paper §3.2). */
  readonly wordLimit?: number | undefined;
}

/** A description, and what it took. */
export interface DescribeResult {
  /** `Both images …. However, the Source Image …, whereas the Target Image ….`, on one line. */
  readonly text: string;
  readonly wordLimit: number;
  /** Answers read, from 1 to 3. */
  readonly attempts: number;
  readonly usage: AskUsage;
  readonly warnings: readonly string[];
}

/** Models count words badly: an answer may be this much longer than asked for. */
const WORD_TOLERANCE = 1.5;

/**
 * Stage 1 (paper §3.2): says what the two images of a pair share and how they differ.
 *
 * An answer must end by itself, parse ({@link parseDescription}) and hold at most 1.5 times the word
 * limit; else it is asked for again with `seed + 1`, twice. Then `invalid-output`. `unsupported`
 * where the backend takes fewer than two images, `corrupt-data` on an empty image file,
 * `invalid-argument` on a word limit below 1; what the backend throws passes through.
 */
export async function describePair(options: DescribeOptions): Promise<DescribeResult> {
  const { backend, pairId, seed, query, target, prompt = describePrompt } = options;
  const wordLimit = options.wordLimit ?? drawWordLimit(seed, pairId);
  assertTakesTwoImages(backend);
  assertWordLimit(wordLimit);
  assertNotEmpty("query", query);
  assertNotEmpty("target", target);

  const answer = await askUntilValid({
    backend,
    pairId,
    request: {
      system: prompt.system,
      prompt: renderDescribePrompt(prompt, { query, target, wordLimit }),
      maxOutputTokens: options.maxOutputTokens ?? 512,
      temperature: options.temperature ?? 0.2,
      seed: deriveSeed(seed, "describe", pairId),
      signal: options.signal,
    },
    parse: (text) => withinLimit(parseDescription(text).text, wordLimit),
  });
  const { value: text, attempts, usage, warnings } = answer;
  return { text, wordLimit, attempts, usage, warnings };
}

/** Throws `unsupported` unless the backend takes a pair of images. */
export function assertTakesTwoImages(backend: VlmBackendV1): void {
  const { maxImages } = backend.supports;
  if (maxImages >= 2) return;
  throw new MegaPairsError(
    "unsupported",
    `${backend.provider} ${backend.modelId} takes ${maxImages} images in a call, expected at least 2`,
  );
}

function assertWordLimit(wordLimit: number): void {
  if (Number.isSafeInteger(wordLimit) && wordLimit >= 1) return;
  throw new MegaPairsError(
    "invalid-argument",
    `wordLimit is ${wordLimit}, expected a whole number from 1`,
  );
}

function assertNotEmpty(which: string, image: ImageBytes): void {
  if (image.bytes.length > 0) return;
  throw new MegaPairsError("corrupt-data", `${which} image is a file of 0 bytes`);
}

function withinLimit(text: string, wordLimit: number): string {
  const words = text.split(" ").length;
  if (words <= wordLimit * WORD_TOLERANCE) return text;
  throw new MegaPairsError(
    "invalid-output",
    `description of ${words} words, expected at most ${wordLimit * WORD_TOLERANCE}`,
  );
}
