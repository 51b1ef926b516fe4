import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createTextTokenizer } from "@megapairs/encoder-onnx";
import type { TextTokenizer } from "@megapairs/encoder-onnx";
import { describe, expect, it } from "vitest";
import { fixtures, reference } from "./fixtures.ts";
import clipTokens from "./reference/clip-tokens.json" with { type: "json" };

const readJson = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(fixtures, ...path), "utf8"));

const open = (name: "clip" | "siglip", contextLength: number, config: object = {}): TextTokenizer =>
  createTextTokenizer({
    tokenizer: readJson(name, "tokenizer.json"),
    config: { ...(readJson(name, "tokenizer_config.json") as object), ...config },
    contextLength,
    padding: name === "clip" ? "longest" : "context",
  });

describe("createTextTokenizer", () => {
  it("gives CLIP's ids, cut to 77 with the end mark kept", () => {
    const tokenizer = open("clip", 77);
    expect(reference.texts.map((text) => tokenizer.tokenize(text))).toEqual(reference.clip.tokens);
  });

  it("gives SigLIP's ids, always padded to 64", () => {
    const { ids, length } = open("siglip", 64).encode(reference.texts);
    expect(length).toBe(64);
    expect([...ids].map(Number)).toEqual(reference.siglip.tokens.flat());
  });

  it("pads to the longest text of the batch, and masks the padding", () => {
    const { ids, mask, length } = open("clip", 77).encode(["a", ""]);
    expect({ ids: [...ids], mask: [...mask], length }).toEqual({
      ids: [572n, 320n, 573n, 572n, 573n, 573n],
      mask: [1n, 1n, 1n, 1n, 1n, 0n],
      length: 3,
    });
  });

  it("is cut at the shorter of context and model_max_length", () => {
    expect(open("clip", 77, { model_max_length: 5 }).tokenize("a b c d e f g")).toHaveLength(5);
    expect(open("clip", 6, { model_max_length: 1e30 }).tokenize("a b c d e f g")).toHaveLength(6);
  });

  it.each([
    [{ pad_token: "<none>" }, "corrupt-data"],
    [{ padding_side: "left" }, "corrupt-data"],
    [{ model_max_length: "long" }, "corrupt-data"],
  ])("refuses tokenizer_config.json with %o", (config, code) => {
    expect(() => open("clip", 77, config)).toThrowError(expect.objectContaining({ code }));
  });

  it.each([
    [{}, "corrupt-data"],
    [{ model: { type: "Nonsense", vocab: 3 } }, "unsupported"],
  ])("refuses tokenizer.json of %o", (tokenizer, code) => {
    const settings = { config: {}, contextLength: 77, padding: "longest" as const };
    expect(() => createTextTokenizer({ ...settings, tokenizer })).toThrowError(
      expect.objectContaining({ code }),
    );
  });
});

const vocabulary = join(
  import.meta.dirname,
  "../../../../shared/data/models/bpe_simple_vocab_16e6.txt.gz",
);
const isAbsent = !existsSync(vocabulary);

/** tokenizer.json of the released CLIP models: the fixture's, with OpenAI's vocabulary in it. */
function clipTokenizerJson(): unknown {
  const json = readJson("clip", "tokenizer.json") as {
    model: { vocab: Record<string, number> };
    added_tokens: object[];
    post_processor: object;
  };
  const byId = Object.entries(json.model.vocab).toSorted(([, a], [, b]) => a - b);
  const symbols = byId.slice(0, 256).map(([symbol]) => symbol);
  const lines = gunzipSync(readFileSync(vocabulary)).toString("utf8").split("\n");
  const merges = lines.slice(1, 49_152 - 256 - 2 + 1).map((line) => line.split(" "));
  const [start, end] = ["<|startoftext|>", "<|endoftext|>"];
  const words = symbols.map((symbol) => `${symbol}</w>`);
  const names = [...symbols, ...words, ...merges.map((merge) => merge.join("")), start, end];
  const vocab = Object.fromEntries(names.map((name, index) => [name, index]));
  return {
    ...json,
    model: { ...json.model, vocab, merges },
    added_tokens: json.added_tokens.map((token, index) => ({ ...token, id: 49_406 + index })),
    post_processor: { ...json.post_processor, cls: [start, 49_406], sep: [end, 49_407] },
  };
}

describe.skipIf(isAbsent)(
  `CLIP's own vocabulary${isAbsent ? ` (skipped: ${vocabulary} is absent)` : ""}`,
  () => {
    it("gives the ids of transformers for 200 texts", () => {
      const tokenizer = createTextTokenizer({
        tokenizer: clipTokenizerJson(),
        config: readJson("clip", "tokenizer_config.json"),
        contextLength: 77,
        padding: "longest",
      });
      const found = clipTokens.map(({ text }) => ({ text, ids: tokenizer.tokenize(text) }));
      expect(found).toHaveLength(200);
      expect(found).toEqual(clipTokens);
    });
  },
);
