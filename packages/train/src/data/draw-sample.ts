import { createHash } from "node:crypto";

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

import type { TrainingSample } from "./sample-set.ts";

/** What one visit of a sample trains on. */
export interface DrawnSample {
  readonly id: string;
  /** Key of the query image. */
  readonly queryImage: string | undefined;
  /** The text that was drawn first. */
  readonly text: string | undefined;
  /** Those drawn besides: each asks for the same positive, in a row of its own. */
  readonly moreTexts: readonly string[];
  /** All texts of the sample: what other rows must not ask against its positive. */
  readonly texts: readonly string[];
  /** Key. */
  readonly positiveImage: string;
  /** Keys, each once, in the sample's order; never the positive or another image that answers. */
  readonly hardNegativeImages: readonly string[];
  /** Keys. */
  readonly otherPositiveImages: readonly string[];
}

/** Which visit of which sample. */
export interface DrawOptions {
  readonly seed: number;
  readonly epoch: number;
  /** Of the sample in its set. */
  readonly index: number;
  /** Most hard negatives. */
  readonly hardNegatives: number;
  /** Most texts, each of which becomes a query. Default 1, as in the paper. */
  readonly textsPerSample?: number | undefined;
}

/**
 * Draws the texts and hard negatives of a visit, depending on nothing but the arguments: not on what
 * was drawn before, nor the texts on how many negatives are asked for. Texts are drawn without
 * replacement, and the first is the same however many there are.
 *
 * Of the hard negatives the first is always kept: in MegaPairs it is the query image, without which
 * a model learns to return the query (PAPER §2). The rest are drawn without replacement; where there
 * are fewer than asked for, all are taken.
 */
export function drawSample(sample: TrainingSample, options: DrawOptions): DrawnSample {
  const { id, queryImage, texts, positiveImage, otherPositiveImages = [] } = sample;
  const answers = new Set([positiveImage, ...otherPositiveImages]);
  const listed = [...new Set(sample.hardNegativeImages)].filter((key) => !answers.has(key));
  const [text, ...moreTexts] = drawTexts(texts, options);
  return {
    id,
    queryImage,
    text,
    moreTexts,
    texts,
    positiveImage,
    hardNegativeImages: drawNegatives(listed, options),
    otherPositiveImages,
  };
}

function drawTexts(texts: readonly string[], options: DrawOptions): readonly string[] {
  const count = Math.min(options.textsPerSample ?? 1, texts.length);
  if (texts.length < 2) return texts;
  const random = randomFor("text", options);
  const drawn = [...texts];
  for (let place = 0; place < count; place += 1) {
    const other = uniformInt(random, place, drawn.length - 1);
    [drawn[place], drawn[other]] = [drawn[other]!, drawn[place]!];
  }
  return drawn.slice(0, count);
}

function drawNegatives(listed: readonly string[], options: DrawOptions): readonly string[] {
  const { hardNegatives } = options;
  if (listed.length <= hardNegatives) return listed;
  if (hardNegatives === 0) return [];
  const random = randomFor("hard negatives", options);
  const places = listed.map((_, place) => place);
  for (let drawn = 1; drawn < hardNegatives; drawn += 1) {
    const other = uniformInt(random, drawn, places.length - 1);
    [places[drawn], places[other]] = [places[other]!, places[drawn]!];
  }
  const kept = new Set(places.slice(0, hardNegatives));
  return listed.filter((_, place) => kept.has(place));
}

function randomFor(purpose: string, { seed, epoch, index }: DrawOptions): RandomGenerator {
  const digest = createHash("sha256")
    .update(JSON.stringify([purpose, seed, epoch, index]))
    .digest();
  return xoroshiro128plus(digest.readInt32LE());
}
