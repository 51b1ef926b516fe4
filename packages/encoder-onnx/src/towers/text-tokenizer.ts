import { Tokenizer } from "@huggingface/tokenizers";
import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import { validateJson } from "../files/validate-json.ts";

/** Settings of {@link createTextTokenizer}. */
export interface TextTokenizerSettings {
  /** Parsed `tokenizer.json`. */
  readonly tokenizer: unknown;
  /** Parsed `tokenizer_config.json`. */
  readonly config: unknown;
  /** Most tokens of one text, its special ones included: 77 for CLIP, 64 for SigLIP. */
  readonly contextLength: number;
  /** `longest`: pad to the longest text of a batch. `context`: always to `contextLength`. */
  readonly padding: "longest" | "context";
}

/** Token ids of a batch of texts, padded to one length. */
export interface TokenBatch {
  /** Row-major int64 `[texts, length]`. */
  readonly ids: BigInt64Array;
  /** Row-major int64 `[texts, length]`: 1 for a token, 0 for padding. */
  readonly mask: BigInt64Array;
  readonly length: number;
}

/** Turns texts into what a text tower takes. */
export interface TextTokenizer {
  /** Ids of one text: cut to the context length, its end mark kept; not padded. */
  tokenize(text: string): readonly number[];
  /** Ids and mask of several texts. */
  encode(texts: readonly string[]): TokenBatch;
}

const specialToken = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();
const configSchema = z.looseObject({
  pad_token: specialToken,
  eos_token: specialToken,
  model_max_length: z.number().positive().nullish(),
  padding_side: z.literal("right").nullish(),
});
const tokenizerSchema = z.looseObject({
  model: z.looseObject({}),
  normalizer: z.unknown().optional(),
});

/**
 * A tokenizer out of a Hugging Face `tokenizer.json`.
 *
 * Throws `corrupt-data` where the files do not fit, `unsupported` where they ask for a kind of
 * tokenizer that `@huggingface/tokenizers` does not have, or for padding on the left.
 */
export function createTextTokenizer(settings: TextTokenizerSettings): TextTokenizer {
  const config = validateJson(configSchema, settings.config, "tokenizer_config.json");
  const json = validateJson(tokenizerSchema, settings.tokenizer, "tokenizer.json");
  const tokenizer = openTokenizer(json, config);
  const contextLength = Math.min(settings.contextLength, config.model_max_length ?? Infinity);
  const padToken = contentOf(config.pad_token) ?? contentOf(config.eos_token) ?? "";
  const padId = tokenizer.token_to_id(padToken);
  if (padId === undefined) {
    throw new MegaPairsError(
      "corrupt-data",
      `tokenizer_config.json pads with "${padToken}", which is no token of tokenizer.json`,
    );
  }
  const marks = endMarks(tokenizer);
  // JavaScript lowers a Σ that ends a word to ς; the tokenizers that models were trained with to σ.
  const isLowered = /"type":"Lowercase"|"lowercase":true/u.test(
    JSON.stringify(json.normalizer ?? null),
  );

  const tokenize = (text: string): readonly number[] => {
    const { ids } = tokenizer.encode(isLowered ? text.replaceAll("Σ", "σ") : text);
    if (ids.length <= contextLength) return ids;
    return [...ids.slice(0, contextLength - marks), ...ids.slice(ids.length - marks)];
  };

  const encode = (texts: readonly string[]): TokenBatch => {
    const rows = texts.map(tokenize);
    const length =
      settings.padding === "context" ? contextLength : Math.max(...rows.map((row) => row.length));
    const ids = new BigInt64Array(rows.length * length).fill(BigInt(padId));
    const mask = new BigInt64Array(rows.length * length);
    for (const [index, row] of rows.entries()) {
      ids.set(row.map(BigInt), index * length);
      mask.fill(1n, index * length, index * length + row.length);
    }
    return { ids, mask, length };
  };

  return { tokenize, encode };
}

function openTokenizer(json: object, config: object): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MegaPairsError("unsupported", `tokenizer.json cannot be used: ${reason}`, { cause });
  }
}

/** How many special tokens end a text. */
function endMarks(tokenizer: Tokenizer): number {
  const marked = tokenizer.encode("a").ids;
  const plain = tokenizer.encode("a", { add_special_tokens: false }).ids;
  return marked.length - marked.lastIndexOf(plain.at(-1) ?? -1) - 1;
}

function contentOf(token: z.infer<typeof specialToken>): string | undefined {
  return typeof token === "object" ? token?.content : token;
}
