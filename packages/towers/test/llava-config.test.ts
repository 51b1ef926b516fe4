import {
  countParameters,
  llavaConfigs,
  llavaImageTokens,
  llavaWeightShapes,
  parseLlavaConfig,
} from "@megapairs/towers";
import { describe, expect, it } from "vitest";

const vision = { image_size: 336, patch_size: 14, hidden_size: 1024, num_attention_heads: 16 };
const llama = { model_type: "llama", vocab_size: 32_064 };
const config = (changes: object = {}, text: object = llama): unknown => ({
  model_type: "llava",
  vision_config: vision,
  text_config: text,
  ...changes,
});

describe("parseLlavaConfig", () => {
  it("fills in what transformers fills in, for Llama and for Mistral", () => {
    expect(parseLlavaConfig(config())).toMatchObject({
      image_token_index: 32_000,
      projector_hidden_act: "gelu",
      vision_feature_layer: -2,
      vision_feature_select_strategy: "default",
      text_config: {
        hidden_size: 4096,
        intermediate_size: 11_008,
        num_key_value_heads: 32,
        head_dim: 128,
        sliding_window: null,
        rope_parameters: { rope_theta: 10_000 },
      },
    });
    expect(parseLlavaConfig(config({}, { ...llama, model_type: "mistral" }))).toMatchObject({
      text_config: { intermediate_size: 14_336, num_key_value_heads: 8, sliding_window: 4096 },
    });
  });

  it("finds the base of rotary embeddings where transformers 4 and 5 write it", () => {
    const four = { ...llama, rope_theta: 1e6, rope_scaling: null };
    const five = { ...llama, rope_parameters: { rope_theta: 1e6, rope_type: "default" } };
    for (const text of [four, five]) {
      expect(parseLlavaConfig(config({}, text)).text_config.rope_parameters.rope_theta).toBe(1e6);
    }
  });

  it("reads again what it gives", () => {
    const parsed = parseLlavaConfig(config({ extra: [1] }));
    expect(parseLlavaConfig(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
  });

  it.each([
    [config({ model_type: "llava_next" }), "model_type"],
    [config({}, { model_type: "qwen2" }), "text_config"],
    [config({}, { ...llama, rope_scaling: { type: "linear" } }), "rope_scaling"],
    [config({}, { ...llama, rope_parameters: { rope_theta: 1, rope_type: "yarn" } }), "rope_type"],
    [config({}, { ...llama, attention_bias: true }), "attention_bias"],
    [
      config({}, { ...llama, num_key_value_heads: 5 }),
      "32 is no multiple of num_key_value_heads 5",
    ],
    [config({}, { ...llama, head_dim: 7 }), "head_dim 7 is not even"],
    [
      config({}, { ...llama, vocab_size: 100 }),
      "image_token_index 32000 is not below vocab_size 100",
    ],
    [config({ vision_feature_layer: 13 }), "13 is not among the states of 12 layers"],
    [config({ vision_feature_layer: -14 }), "-14 is not among"],
    [config({ vision_feature_layer: [-2, -5] }), "vision_feature_layer"],
    [config({ vision_feature_select_strategy: "cls" }), "vision_feature_select_strategy"],
    [config({ vision_config: { ...vision, patch_size: 15 } }), "no multiple of patch_size 15"],
  ])("refuses %j", (json, message) => {
    expect(() => parseLlavaConfig(json)).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringContaining(message) as string,
      }),
    );
  });
});

describe("llavaConfigs", () => {
  it("llava-tiny is a small one", () => {
    const tiny = llavaConfigs["llava-tiny"];
    expect(countParameters(llavaWeightShapes(tiny))).toBe(1_862_272);
    expect(llavaImageTokens(tiny)).toBe(64);
  });
});

describe("llavaImageTokens", () => {
  it("is the number of patches, and one more with the class mark", () => {
    expect(llavaImageTokens(parseLlavaConfig(config()))).toBe(576);
    const full = config({ vision_feature_select_strategy: "full" });
    expect(llavaImageTokens(parseLlavaConfig(full))).toBe(577);
  });
});

describe("llavaWeightShapes", () => {
  it("leaves out lm_head where it is the embedding", () => {
    const head = "language_model.lm_head.weight";
    expect(llavaWeightShapes(parseLlavaConfig(config())).get(head)).toEqual({
      dims: [32_064, 4096],
    });
    const tied = parseLlavaConfig(config({}, { ...llama, tie_word_embeddings: true }));
    expect(llavaWeightShapes(tied).has(head)).toBe(false);
  });
});
