import { createTowerGraph } from "../blocks/tower-graph.ts";
import { clipVisionStates } from "../clip/clip-vision-states.ts";
import { sortedByName } from "../sorted-by-name.ts";
import type { WeightShapes } from "../weight-shapes.ts";
import { inputShapes, towerWeightShapes } from "../weight-shapes.ts";
import type { LlavaConfig } from "./llava-config.ts";
import { llavaTower } from "./llava-tower.ts";

/**
 * Shapes of all weights of a LLaVA model under their names in `LlavaForConditionalGeneration`
 * checkpoints, sorted: those too that the tower does not read, `lm_head` and the vision layers
 * behind the states that are taken.
 */
export function llavaWeightShapes(config: LlavaConfig): WeightShapes {
  const { vision_config: vision, text_config: text } = config;
  const prefix = "vision_tower.vision_model";
  const { hidden_size: width, num_hidden_layers: layers, num_channels: channels } = vision;
  const size = vision.image_size;
  const g = createTowerGraph();
  const pixels = g.input("pixel_values", "float32", ["batch", channels, size, size]);
  const states = clipVisionStates(g, pixels, vision, { prefix, layers });
  g.layerNorm(states, `${prefix}.post_layernorm`, width, vision.layer_norm_eps);
  if (!config.tie_word_embeddings) {
    g.weight("language_model.lm_head.weight", [text.vocab_size, text.hidden_size]);
  }
  const whole = inputShapes(g.finish("all of it", []), g.weightNames);
  return sortedByName(new Map([...towerWeightShapes([llavaTower(config)]), ...whole]));
}
