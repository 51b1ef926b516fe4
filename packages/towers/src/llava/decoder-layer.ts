import { activate } from "../blocks/activation.ts";
import { rmsNorm } from "../blocks/rms-norm.ts";
import type { TowerGraph } from "../blocks/tower-graph.ts";
import type { GroupedAttentionInputs } from "./grouped-attention.ts";
import { groupedAttention } from "./grouped-attention.ts";
import type { DecoderConfig } from "./llava-config.ts";

/** What a layer of the decoder works on; where `isLast`, it gives the states of the last tokens alone. */
export interface DecoderLayerInputs extends Omit<GroupedAttentionInputs, "queries" | "keys"> {
  /** `[tokens · batch, width]`, tokens outermost. */
  readonly states: string;
}

/** One layer of Mistral's or Llama's decoder. */
export function decoderLayer(
  g: TowerGraph,
  name: string,
  inputs: DecoderLayerInputs,
  config: DecoderConfig,
): string {
  const { hidden_size: width, intermediate_size: wide, rms_norm_eps: epsilon } = config;
  const { states, batch, isLast } = inputs;
  const ends = g.ints([Number.MAX_SAFE_INTEGER]);
  const pick = (rows: string): string =>
    isLast ? g.apply("Slice", [rows, g.apply("Neg", [batch]), ends, g.ints([0])]) : rows;
  const normed = rmsNorm(g, states, `${name}.input_layernorm`, width, epsilon);
  const attention = { ...inputs, queries: pick(normed), keys: normed };
  const mixed = groupedAttention(g, `${name}.self_attn`, attention, config);
  const attended = g.apply("Add", [pick(states), mixed]);
  const again = rmsNorm(g, attended, `${name}.post_attention_layernorm`, width, epsilon);
  const project = (x: string, which: string, from: number, to: number): string =>
    g.linear(x, `${name}.mlp.${which}`, from, to, { bias: false });
  const gate = activate(g, config.hidden_act, project(again, "gate_proj", width, wide));
  const opened = g.apply("Mul", [gate, project(again, "up_proj", width, wide)]);
  return g.endBlock(g.apply("Add", [attended, project(opened, "down_proj", wide, width)]));
}
