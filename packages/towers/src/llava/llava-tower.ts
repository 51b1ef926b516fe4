import { dataTypeCode, int } from "@megapairs/onnx";
import { activate } from "../blocks/activation.ts";
import { rmsNorm } from "../blocks/rms-norm.ts";
import { rotaryAngles } from "../blocks/rotary-embedding.ts";
import type { TowerGraph } from "../blocks/tower-graph.ts";
import { createTowerGraph } from "../blocks/tower-graph.ts";
import { clipVisionStates } from "../clip/clip-vision-states.ts";
import type { Tower } from "../tower-model.ts";
import { decoderLayer } from "./decoder-layer.ts";
import { decoderMask } from "./decoder-mask.ts";
import type { LlavaConfig } from "./llava-config.ts";

/**
 * LLaVA as one tower, the MLLM form of the paper (§5): vision tower, projector, causal decoder, and
 * of its last position the hidden state behind the final norm, `multimodal_embeds`.
 *
 * Inputs, one row a prompt: `input_ids` int64 [batch, sequence], padded on the left;
 * `attention_mask` int64 [batch, sequence], 0 where padded; `pixel_values` float32
 * [batch, 3, size, size], the image of each row. The image tokens of a row take its image's patches
 * in turn; a row without image tokens does not see its image, whatever it is. More image tokens than
 * an image has patches fail when the graph runs.
 *
 * Positions count from the first token that is not padding.
 */
export function llavaTower(config: LlavaConfig): Tower {
  const { text_config: text, vision_config: vision } = config;
  const { hidden_size: width, rms_norm_eps: epsilon } = text;
  const prefix = "language_model.model";
  const g = createTowerGraph();
  const ids = g.input("input_ids", "int64", ["batch", "sequence"]);
  const present = g.input("attention_mask", "int64", ["batch", "sequence"]);
  const size = vision.image_size;
  const pixels = g.input("pixel_values", "float32", ["batch", vision.num_channels, size, size]);
  const patches = imageFeatures(g, pixels, config);
  const words = g.weight(`${prefix}.embed_tokens.weight`, [text.vocab_size, width]);
  const order = g.transpose(ids, [1, 0]);
  const batch = g.size(ids, 0);
  const embedded = g.apply("Gather", [words, order]);
  const mixed = withImages(g, embedded, order, patches, batch, config.image_token_index);
  const count = g.apply("CumSum", [g.transpose(present, [1, 0]), g.integer(0)]);
  const positions = g.apply("Cast", [g.apply("Sub", [count, g.integer(1)])], {
    to: int(dataTypeCode("float32")),
  });
  const angles = rotaryAngles(g, positions, text.head_dim, text.rope_parameters.rope_theta);
  const mask = decoderMask(g, present, text.sliding_window);
  let states = g.reshape(mixed, [-1, width]);
  for (let layer = 0; layer < text.num_hidden_layers; layer += 1) {
    const isLast = layer === text.num_hidden_layers - 1;
    const inputs = { states, batch, mask, angles, isLast };
    states = decoderLayer(g, `${prefix}.layers.${layer}`, inputs, text);
  }
  const normed = rmsNorm(g, states, `${prefix}.norm`, width, epsilon);
  const output = g.apply("Identity", [normed], {}, "multimodal_embeds");
  return {
    name: "multimodal",
    model: g.finish("llava", [{ name: output, dataType: "float32", shape: ["batch", width] }]),
    dataInputs: ["input_ids", "attention_mask", "pixel_values"],
    output,
    dimensions: width,
    weightNames: g.weightNames,
    blocks: g.blocks,
  };
}

/** Patches of the images as the decoder takes them, `[patches · batch, width]`, patches outermost. */
function imageFeatures(g: TowerGraph, pixels: string, config: LlavaConfig): string {
  const { vision_config: vision, vision_feature_layer: layer } = config;
  const { hidden_size: from, num_hidden_layers: all } = vision;
  const to = config.text_config.hidden_size;
  const states = clipVisionStates(g, pixels, vision, {
    prefix: "vision_tower.vision_model",
    layers: layer < 0 ? all + 1 + layer : layer,
  });
  const ends = g.ints([Number.MAX_SAFE_INTEGER]);
  const isFull = config.vision_feature_select_strategy === "full";
  const taken = isFull ? states : g.apply("Slice", [states, g.size(pixels, 0), ends, g.ints([0])]);
  const options = { bias: config.multimodal_projector_bias };
  const projector = "multi_modal_projector";
  const wide = g.linear(taken, `${projector}.linear_1`, from, to, options);
  const bent = activate(g, config.projector_hidden_act, wide);
  return g.linear(bent, `${projector}.linear_2`, to, to, options);
}

/** [tokens, batch, width]: embedded tokens, those of images replaced by their patches in turn. */
function withImages(
  g: TowerGraph,
  embedded: string,
  order: string,
  patches: string,
  batch: string,
  imageToken: number,
): string {
  const isImage = g.apply("Equal", [order, g.integer(imageToken)]);
  const ones = g.apply("Cast", [isImage], { to: int(dataTypeCode("int64")) });
  const before = g.apply("Sub", [g.apply("CumSum", [ones, g.integer(0)]), g.integer(1)]);
  const sequences = g.apply("Range", [g.integer(0), g.reshape(batch, []), g.integer(1)]);
  const rows = g.apply("Add", [g.apply("Mul", [before, batch]), sequences]);
  const places = g.apply("Mul", [rows, ones]);
  const shown = g.apply("Gather", [patches, places]);
  return g.apply("Where", [g.apply("Unsqueeze", [isImage, g.ints([2])]), shown, embedded]);
}
