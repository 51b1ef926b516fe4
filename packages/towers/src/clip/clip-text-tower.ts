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
  const [batch, tokens] = [g.size(ids, 0), g.size(ids, 1)];
  const used = g.apply("Slice", [places, g.ints([0]), tokens, g.ints([0])]);
  const embedded = g.apply("Gather", [words, g.transpose(ids, [1, 0])]);
  const placed = g.apply("Add", [embedded, g.reshape(used, [-1, 1, width])]);
  const causal = causalMask(g, longest, tokens);
  const ends = endMarks(g, ids, text);
  const pooled = rowsAt(g, ends, batch);
  const seenByEnds = g.apply("Gather", [causal, g.reshape(ends, [-1, 1, 1])]);
  let states = g.reshape(placed, [-1, width]);
  for (let layer = 0; layer < text.num_hidden_layers; layer += 1) {
    const isLast = layer === text.num_hidden_layers - 1;
    const pick = isLast ? pooled : undefined;
    const mask = isLast ? seenByEnds : causal;
    states = clipLayer(g, `${prefix}.encoder.layers.${layer}`, { states, batch, mask, pick }, text);
  }
  const normed = g.layerNorm(states, `${prefix}.final_layer_norm`, width, text.layer_norm_eps);
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
    blocks: g.blocks,
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
  const isMark = g.apply("Cast", [g.apply("Equal", [ids, g.integer(text.eos_token_id)])], {
    to: int(dataTypeCode("int32")),
  });
  return g.apply("ArgMax", [isMark], at);
}

/** Picks of rows `[tokens · batch, …]` the one at `positions` [batch] of each sequence. */
function rowsAt(g: TowerGraph, positions: string, batch: string): (rows: string) => string {
  const scalar = g.reshape(batch, []);
  const sequences = g.apply("Range", [g.integer(0), scalar, g.integer(1)]);
  const rows = g.apply("Add", [g.apply("Mul", [positions, batch]), sequences]);
  return (states) => g.apply("Gather", [states, rows]);
}
