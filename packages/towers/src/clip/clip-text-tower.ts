import { createOnnxTensor, dataTypeCode, int } from "@megapairs/onnx";
import type { TowerGraph } from "../blocks/tower-graph.ts";
import { createTowerGraph } from "../blocks/tower-graph.ts";
import type { Tower } from "../tower-model.ts";
import type { ClipConfig, ClipTextConfig } from "./clip-config.ts";
import { clipLayer } from "./clip-layer.ts";

/**
 * CLIP's text tower: `input_ids` int64 [batch, sequence] to `text_embeds`. Tokens see those before
 * them, and the end mark's state is the text's: what pads a text behind its end mark changes nothing,
 * so that there is no attention mask.
 */
export function clipTextTower(config: ClipConfig): Tower {
  const text = config.text_config;
  const { hidden_size: width, max_position_embeddings: longest } = text;
  const dimensions = config.projection_dim;
  const prefix = "text_model";
  const g = createTowerGraph();
  const ids = g.input("input_ids", "int64", ["batch", "sequence"]);
  const words = g.weight(`${prefix}.embeddings.token_embedding.weight`, [text.vocab_size, width]);
  const places = g.weight(`${prefix}.embeddings.position_embedding.weight`, [longest, width]);
  const tokens = g.size(ids, 1);
  const used = g.apply("Slice", [places, g.ints([0]), tokens, g.ints([0])]);
  const placed = g.apply("Add", [g.apply("Gather", [words, ids]), used]);
  const mask = causalMask(g, longest, tokens);
  let states = g.reshape(placed, [-1, width]);
  for (let layer = 0; layer < text.num_hidden_layers; layer += 1) {
    states = clipLayer(g, states, `${prefix}.encoder.layers.${layer}`, text, tokens, mask);
  }
  const pooled = statesAt(g, states, endMarks(g, ids, text), tokens, width);
  const normed = g.layerNorm(pooled, `${prefix}.final_layer_norm`, width, text.layer_norm_eps);
  const projection = g.weight("text_projection.weight", [dimensions, width]);
  const output = g.apply("Gemm", [normed, projection], { transB: int(1) }, "text_embeds");
  return {
    name: "text",
    model: g.finish("clip_text", [
      { name: output, dataType: "float32", shape: ["batch", dimensions] },
    ]),
    dataInputs: ["input_ids"],
    output,
    dimensions,
    weightNames: g.weightNames,
  };
}

/** [tokens, tokens]: 0 on and below the diagonal, the lowest float32 above, as transformers has it. */
function causalMask(g: TowerGraph, longest: number, tokens: string): string {
  const data = new Float32Array(longest * longest);
  for (let row = 0; row < longest; row += 1) {
    data.fill(-3.4028234663852886e38, row * longest + row + 1, (row + 1) * longest);
  }
  const name = g.constant({
    name: "causal mask",
    ...createOnnxTensor("float32", data, [longest, longest]),
  });
  const ends = g.apply("Concat", [tokens, tokens], { axis: int(0) });
  return g.apply("Slice", [name, g.ints([0, 0]), ends, g.ints([0, 1])]);
}

/**
 * int64 [batch]: where each text ends. Configs with `eos_token_id` 2 are older than the fix of that
 * number: there the highest id is the end mark (transformers, `CLIPTextTransformer`).
 */
function endMarks(g: TowerGraph, ids: string, text: ClipTextConfig): string {
  const at = { axis: int(1), keepdims: int(0) };
  if (text.eos_token_id === 2) return g.apply("ArgMax", [ids], at);
  const mark = g.constant({
    name: "end mark",
    ...createOnnxTensor("int64", BigInt64Array.of(BigInt(text.eos_token_id)), []),
  });
  const isMark = g.apply("Cast", [g.apply("Equal", [ids, mark])], {
    to: int(dataTypeCode("int32")),
  });
  return g.apply("ArgMax", [isMark], at);
}

/** [batch, width]: of `states` [batch · tokens, width] the ones at `positions` [batch]. */
function statesAt(
  g: TowerGraph,
  states: string,
  positions: string,
  tokens: string,
  width: number,
): string {
  const shape = g.apply("Concat", [g.ints([-1]), tokens, g.ints([width])], { axis: int(0) });
  const sequences = g.apply("Reshape", [states, shape]);
  const row = g.reshape(positions, [-1, 1, 1]);
  const indices = g.apply("Expand", [row, g.ints([1, 1, width])]);
  return g.reshape(g.apply("GatherElements", [sequences, indices], { axis: int(1) }), [-1, width]);
}
