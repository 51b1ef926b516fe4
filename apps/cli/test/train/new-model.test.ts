import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTextTokenizer } from "@megapairs/encoder-onnx";
import { trainClipTokenizer } from "@megapairs/towers";
import { describe, expect, it } from "vitest";
import { createNewModel } from "../../src/train/new-model.ts";
import { createScenesCorpus } from "@megapairs/scenes";
import { createCorpusSamples } from "../../src/train/corpus-samples.ts";

const TOWERS = join(import.meta.dirname, "../../../../packages/towers/test/reference");

/** What transformers makes of some texts: see `make_clip_tokenizer.py` of towers. */
const reference = JSON.parse(readFileSync(join(TOWERS, "clip-tokenizer.json"), "utf8")) as {
  corpus: string[];
  size: number;
  texts: string[];
  ids: number[][];
};

describe("createNewModel", () => {
  it("fits config, tokenizer and preprocessing to each other", async () => {
    const samples = await createCorpusSamples(createScenesCorpus({ images: 40, seed: 1 }));
    const settings = { model: { initial: "clip-tiny" }, seed: 0, sequence: 20 } as const;
    const { model, files } = await createNewModel(settings, samples);
    const text = model.config.text_config;
    const tokenizer = createTextTokenizer({
      tokenizer: JSON.parse(files["tokenizer.json"]),
      config: JSON.parse(files["tokenizer_config.json"]),
      contextLength: 20,
      padding: "context",
    });
    const { texts } = await samples.read(0);
    const { ids, length } = tokenizer.encode(texts);
    expect(length).toBe(20);
    expect(text.max_position_embeddings).toBe(20);
    expect(text.vocab_size).toBe(text.eos_token_id + 1);
    expect(text.vocab_size).toBeLessThanOrEqual(1024);
    expect(Number(ids[0])).toBe(text.eos_token_id - 1);
    expect(Number(ids.at(-1))).toBe(text.eos_token_id);
    expect(ids).toContain(BigInt(text.eos_token_id));
    expect(JSON.parse(files["preprocessor_config.json"])).toMatchObject({
      crop_size: { height: 64, width: 64 },
    });
  });

  it("begins with the same weights for the same seed", async () => {
    const samples = await createCorpusSamples(createScenesCorpus({ images: 8, seed: 1 }));
    const make = async (seed: number): Promise<Float32Array> => {
      const { model } = await createNewModel({ model: { initial: "clip-tiny" }, seed }, samples);
      return model.weights.get("visual_projection.weight")!.data;
    };
    expect(await make(3)).toEqual(await make(3));
    expect(await make(3)).not.toEqual(await make(4));
  });
});

describe("a tokenizer of ours in createTextTokenizer", () => {
  it("gives the ids that transformers gives", () => {
    const { tokenizer, tokenizerConfig } = trainClipTokenizer(reference.corpus, {
      vocabularySize: reference.size,
    });
    const opened = createTextTokenizer({
      tokenizer,
      config: tokenizerConfig,
      contextLength: 77,
      padding: "longest",
    });
    expect(reference.texts.map((text) => opened.tokenize(text))).toEqual(reference.ids);
  });
});
