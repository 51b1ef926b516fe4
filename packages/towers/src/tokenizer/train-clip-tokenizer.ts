import { MegaPairsError } from "@megapairs/spec";
import { byteSymbols } from "./byte-symbols.ts";
import form from "./clip-tokenizer.json" with { type: "json" };
import { clipWords, END_MARK, START_MARK } from "./clip-words.ts";
import { learnMerges } from "./learn-merges.ts";

/** Settings of {@link trainClipTokenizer}. */
export interface ClipTokenizerSettings {
  /**
   * Most entries, at least 514: 512 for bytes inside and at the end of words, then merges, then both
   * marks. Fewer where the texts have fewer pairs to merge. CLIP has 49,408.
   */
  readonly vocabularySize: number;
  /** Most tokens of a text, marks included. Default 77, CLIP's. */
  readonly contextLength?: number | undefined;
}

/** A tokenizer as the two files of a model's folder. */
export interface ClipTokenizerFiles {
  /** The JSON of `tokenizer.json`. */
  readonly tokenizer: {
    readonly model: {
      readonly vocab: Readonly<Record<string, number>>;
      readonly merges: readonly (readonly [string, string])[];
    };
    readonly [part: string]: unknown;
  };
  /** The JSON of `tokenizer_config.json`. */
  readonly tokenizerConfig: Readonly<Record<string, unknown>>;
  /** Entries: one more than the highest id, which is that of the end mark. */
  readonly vocabularySize: number;
}

/** Suffix of symbols that end a word. */
const WORD_END = "</w>";
const BYTES = 256;
const LEAST_ENTRIES = 2 * BYTES + 2;

/**
 * Learns a vocabulary from texts, in CLIP's own form: lower case, split by CLIP's pattern, byte-level
 * pairs with `</w>` at the ends of words, `<|startoftext|>` and `<|endoftext|>` as the last two ids.
 * `createTextTokenizer` of `@megapairs/encoder-onnx` and transformers' `AutoTokenizer` load it.
 *
 * Depends on the texts alone, not on their order. Any text can be encoded, whatever was seen. Takes
 * time with merges x pairs: a second for 1,000 merges over 5,000 words.
 *
 * Throws `invalid-argument` where the size leaves no room for bytes and marks.
 */
export function trainClipTokenizer(
  texts: Iterable<string>,
  settings: ClipTokenizerSettings,
): ClipTokenizerFiles {
  const { vocabularySize, contextLength = 77 } = settings;
  if (!Number.isInteger(vocabularySize) || vocabularySize < LEAST_ENTRIES) {
    throw new MegaPairsError(
      "invalid-argument",
      `vocabularySize is ${vocabularySize}, expected a whole number from ${LEAST_ENTRIES}`,
    );
  }
  const symbols = byteSymbols();
  const words = [...countWords(texts)].map(([word, count]) => ({
    symbols: spell(word, symbols),
    count,
  }));
  const merges = learnMerges(words, vocabularySize - LEAST_ENTRIES);
  const single = [...symbols.values()];
  const entries = unique([
    ...single,
    ...single.map((symbol) => symbol + WORD_END),
    ...merges.map(([left, right]) => left + right),
    START_MARK,
    END_MARK,
  ]);
  const vocab = Object.fromEntries(entries.map((entry, id) => [entry, id]));
  return {
    tokenizer: { ...form, ...marks(entries.length), model: { ...form.model, vocab, merges } },
    tokenizerConfig: {
      tokenizer_class: "CLIPTokenizer",
      bos_token: START_MARK,
      eos_token: END_MARK,
      pad_token: END_MARK,
      unk_token: END_MARK,
      model_max_length: contextLength,
    },
    vocabularySize: entries.length,
  };
}

/** Without those that came before: `a`+`bc` and `ab`+`c` are one entry. */
function unique(entries: readonly string[]): readonly string[] {
  return [...new Set(entries)];
}

function countWords(texts: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of clipWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** A word's bytes as symbols, the last one with the mark of a word's end. */
function spell(word: string, symbols: ReadonlyMap<number, string>): string[] {
  const spelled = [...Buffer.from(word, "utf8")].map((byte) => symbols.get(byte)!);
  return spelled.map((symbol, at) => (at === spelled.length - 1 ? symbol + WORD_END : symbol));
}

/** What of `tokenizer.json` tells the ids of the marks. */
function marks(entries: number): Record<string, unknown> {
  const [start, end] = [entries - 2, entries - 1];
  const added = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return {
    added_tokens: [
      { id: start, content: START_MARK, ...added, special: true },
      { id: end, content: END_MARK, ...added, special: true },
    ],
    post_processor: {
      type: "RobertaProcessing",
      sep: [END_MARK, end],
      cls: [START_MARK, start],
      trim_offsets: false,
      add_prefix_space: false,
    },
  };
}
