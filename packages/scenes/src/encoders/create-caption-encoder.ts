import { createHash } from "node:crypto";
import type { EncodeOptions, EncodeResult, EncoderV1 } from "@megapairs/spec";
import weakWords from "../data/weak-words.json" with { type: "json" };
import { deriveSeed } from "../world/seeded-random.ts";
import { checkBatch } from "./check-batch.ts";

const MODEL_ID = "scenes/caption-1";
const BUCKETS = 512;
const WEAK_WEIGHT = 0.2;
const PAIR_WEIGHT = 0.3;
/** Share of the squared norm that every caption has in common. */
const COMMON_SHARE = 0.45;
const SUPPORTS: EncoderV1["supports"] = { inputs: ["text"], maxBatch: 1024 };
const WEAK: ReadonlySet<string> = new Set(weakWords);

/**
 * A text encoder without learned weights, a stand-in for relation T: a caption's words and pairs of
 * neighbouring words, hashed with signs into 512 buckets. It knows no synonyms.
 *
 * Words that say little about a picture (`data/weak-words.json`) weigh 0.2, pairs of others 0.3, the
 * n-th occurrence of a word counts as a square root does. A 513th, constant component holds 0.45 of the squared norm,
 * since the cosines of learned text encoders are crowded towards 1 and bands are made for those:
 * the cosine is `0.45 + 0.55 c` for a cosine `c` of the words.
 *
 * `doEncode` takes texts only, at most 1024; the empty text has the constant component alone.
 */
export function createCaptionEncoder(): EncoderV1 {
  return {
    specificationVersion: "encoder-v1",
    modelId: MODEL_ID,
    fingerprint: fingerprint(),
    dimensions: BUCKETS + 1,
    supports: SUPPORTS,
    doEncode,
  };
}

async function doEncode({ inputs, signal }: EncodeOptions): Promise<EncodeResult> {
  signal?.throwIfAborted();
  checkBatch(MODEL_ID, SUPPORTS, inputs);
  const embeddings = new Float32Array(inputs.length * (BUCKETS + 1));
  for (const [index, input] of inputs.entries()) {
    if (input.type === "text") embeddings.set(embedCaption(input.text), index * (BUCKETS + 1));
  }
  return { embeddings };
}

function embedCaption(caption: string): Float32Array {
  const row = new Float32Array(BUCKETS + 1);
  for (const [term, weight] of termWeights(caption)) {
    const hash = deriveSeed("term", term) >>> 0;
    const bucket = hash % BUCKETS;
    row[bucket] = (row[bucket] ?? 0) + (hash >>> 31 === 0 ? weight : -weight);
  }
  const norm = Math.hypot(...row);
  if (norm === 0) {
    row[BUCKETS] = 1;
    return row;
  }
  const scale = Math.sqrt(1 - COMMON_SHARE) / norm;
  row[BUCKETS] = Math.sqrt(COMMON_SHARE) / scale;
  return row.map((value) => value * scale);
}

function termWeights(caption: string): ReadonlyMap<string, number> {
  const words = caption.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weights = new Map<string, number>();
  for (const [word, count] of counts) {
    weights.set(word, Math.sqrt(count) * (WEAK.has(word) ? WEAK_WEIGHT : 1));
  }
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    if (next === undefined || WEAK.has(word) || WEAK.has(next)) continue;
    const pair = `${word} ${next}`;
    weights.set(pair, (weights.get(pair) ?? 0) + PAIR_WEIGHT);
  }
  return weights;
}

function fingerprint(): string {
  const settings = [MODEL_ID, BUCKETS, WEAK_WEIGHT, PAIR_WEIGHT, COMMON_SHARE, weakWords];
  return createHash("sha256").update(JSON.stringify(settings)).digest("hex");
}
