import {
  llavaCandidatePrompt,
  llavaInputs,
  llavaQueryPrompt,
  parseLlavaConfig,
} from "@megapairs/towers";
import { describe, expect, it } from "vitest";

const config = parseLlavaConfig({
  model_type: "llava",
  image_token_index: 9,
  vision_config: { image_size: 16, patch_size: 8, hidden_size: 8, num_attention_heads: 2 },
  text_config: { model_type: "mistral", vocab_size: 10 },
});

/** One id a word: its length; the begin mark is 1. */
const tokenize = (prompt: string): number[] => [
  1,
  ...prompt.split(/\s+/).map((word) => (word === "<image>" ? 9 : Math.min(word.length, 8))),
];

describe("prompts of the MLLM form", () => {
  it("are those of the paper", () => {
    expect(llavaQueryPrompt({ task: "Find it.", text: "in red" })).toBe(
      "[INST] \n <instruct> Find it. <query>  in red \n <image> [/INST]",
    );
    expect(llavaCandidatePrompt()).toBe("[INST]  <image> [/INST]");
  });

  it("leave out what is not there", () => {
    expect(llavaQueryPrompt({ task: "Find it.", text: "in red", hasImage: false })).toBe(
      "[INST] \n <instruct> Find it. <query>  in red \n [/INST]",
    );
    expect(llavaQueryPrompt({ task: "Find it." })).toBe(
      "[INST] \n <instruct> Find it. <query>  <image> [/INST]",
    );
    expect(llavaCandidatePrompt({ text: "a cat", hasImage: false })).toBe(
      "[INST]  a cat \n [/INST]",
    );
    expect(llavaCandidatePrompt({ text: "a cat" })).toBe("[INST]  a cat \n <image> [/INST]");
  });
});

describe("llavaInputs", () => {
  it("makes room for patches, and pads on the left", () => {
    const inputs = llavaInputs(["a <image> bb", "ccc"], { config, tokenize, padToken: 2 });
    expect(inputs.input_ids).toEqual({
      dataType: "int64",
      dims: [2, 7],
      data: BigInt64Array.of(1n, 1n, 9n, 9n, 9n, 9n, 2n, 2n, 2n, 2n, 2n, 2n, 1n, 3n),
    });
    expect([...inputs.attention_mask.data].map(Number)).toEqual([
      1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1,
    ]);
  });

  it("pads to a given length, and refuses longer prompts", () => {
    const { input_ids: ids } = llavaInputs(["a"], { config, tokenize, length: 4 });
    expect([...ids.data].map(Number)).toEqual([0, 0, 1, 1]);
    expect(() => llavaInputs(["a b c d"], { config, tokenize, length: 4 })).toThrow(
      "a prompt has 5 tokens, expected at most 4",
    );
  });

  it("refuses two images in a prompt", () => {
    expect(() => llavaInputs(["<image> and <image>"], { config, tokenize })).toThrow(
      'the prompt "<image> and <image>" has 2 images, expected at most one',
    );
  });
});
