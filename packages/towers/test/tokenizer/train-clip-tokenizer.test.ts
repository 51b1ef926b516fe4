import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clipConfigs, fitClipConfig, trainClipTokenizer } from "@megapairs/towers";
import { array, assert, constantFrom, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { python, runPython } from "../python.ts";
import reference from "../reference/clip-tokenizer.json" with { type: "json" };

const BYTES = 256;

describe("trainClipTokenizer", () => {
  it("merges the most frequent pair first, of equal ones the lowest", () => {
    // "aab" twice, "ab" three times: "a b</w>" comes 5 times, then "a ab</w>" twice.
    const { tokenizer } = trainClipTokenizer(["aab ab", "AAB ab ab"], { vocabularySize: 600 });
    expect(tokenizer.model.merges).toEqual([
      ["a", "b</w>"],
      ["a", "ab</w>"],
    ]);
    const ties = trainClipTokenizer(["cd ab"], { vocabularySize: 515 });
    expect(ties.tokenizer.model.merges).toEqual([["a", "b</w>"]]);
  });

  it("has bytes, bytes that end words, merges and the marks, in this order", () => {
    const { tokenizer, vocabularySize } = trainClipTokenizer(["ab"], { vocabularySize: 600 });
    const entries = Object.entries(tokenizer.model.vocab).toSorted(([, a], [, b]) => a - b);
    expect(entries.map(([, id]) => id)).toEqual(entries.map((_, at) => at));
    expect(vocabularySize).toBe(2 * BYTES + 1 + 2);
    expect(entries.at(0)).toEqual(["!", 0]);
    expect(entries.at(BYTES)).toEqual(["!</w>", BYTES]);
    expect(entries.slice(-3).map(([name]) => name)).toEqual([
      "ab</w>",
      "<|startoftext|>",
      "<|endoftext|>",
    ]);
  });

  it("gives the same for the same texts in another order", () => {
    const { corpus } = reference;
    const [there, back] = [corpus, corpus.toReversed()].map((texts) =>
      JSON.stringify(trainClipTokenizer(texts, { vocabularySize: 700 })),
    );
    expect(there).toBe(back);
  });

  it("merges as an implementation that counts everything again each time", () => {
    const text = string({ unit: constantFrom("a", "b", "c", " "), maxLength: 30 });
    assert(
      property(array(text, { maxLength: 5 }), (texts) => {
        const { tokenizer } = trainClipTokenizer(texts, { vocabularySize: 520 });
        expect(tokenizer.model.merges).toEqual(slowMerges(texts, 6));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("refuses a vocabulary without room for bytes and marks", () => {
    expect(() => trainClipTokenizer([], { vocabularySize: 513 })).toThrowError(
      expect.objectContaining({
        code: "invalid-argument",
        message: "vocabularySize is 513, expected a whole number from 514",
      }),
    );
  });

  it.skipIf(python === undefined)(
    "is loaded by transformers with the ids of the reference",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "megapairs-tokenizer-"));
      try {
        const { tokenizer, tokenizerConfig } = trainClipTokenizer(reference.corpus, {
          vocabularySize: reference.size,
        });
        writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
        writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify(tokenizerConfig));
        const program = [
          "import json, sys",
          "from transformers import AutoTokenizer",
          "t = AutoTokenizer.from_pretrained(sys.argv[1])",
          "print(json.dumps([t(x, truncation=True)['input_ids'] for x in json.loads(sys.argv[2])]))",
        ].join("\n");
        expect(runPython(program, folder, JSON.stringify(reference.texts))).toEqual(reference.ids);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    60_000,
  );
});

describe("fitClipConfig", () => {
  it("writes the size and the marks of a vocabulary into a config", () => {
    const { tokenizer } = trainClipTokenizer(reference.corpus, { vocabularySize: reference.size });
    const config = fitClipConfig(clipConfigs["clip-tiny"], tokenizer);
    expect(config.text_config).toMatchObject({
      vocab_size: reference.size,
      bos_token_id: reference.bos,
      eos_token_id: reference.eos,
      pad_token_id: reference.pad,
      hidden_size: 128,
    });
    expect(config.vision_config).toEqual(clipConfigs["clip-tiny"].vision_config);
  });
});

function slowMerges(texts: readonly string[], merges: number): string[][] {
  let words = texts
    .flatMap((text) => text.split(" ").filter((word) => word !== ""))
    .map((word) => [...word.slice(0, -1).split(""), `${word.at(-1)}</w>`]);
  const learned: string[][] = [];
  while (learned.length < merges) {
    const counts = new Map<string, number>();
    for (const word of words) {
      for (let at = 1; at < word.length; at += 1) {
        const key = `${word[at - 1]} ${word[at]}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    const [best] = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    if (best === undefined) break;
    const [left = "", right = ""] = best[0].split(" ");
    learned.push([left, right]);
    words = words.map((word) => {
      const next: string[] = [];
      for (const symbol of word) {
        if (next.at(-1) === left && symbol === right) next.splice(-1, 1, left + right);
        else next.push(symbol);
      }
      return next;
    });
  }
  return learned;
}
