import type { InitialValue } from "../random/initial-weights.ts";
import type { ClipConfig, TransformerConfig } from "./clip-config.ts";

/** How a weight of CLIP begins, by its name. Source: transformers, `CLIPPreTrainedModel._init_weights`. */
export function clipInitialValue(config: ClipConfig, name: string): InitialValue {
  const { text_config: text, vision_config: vision, initializer_factor: factor } = config;
  if (name === "logit_scale") return { value: config.logit_scale_init_value };
  if (name === "text_projection.weight") return { deviation: text.hidden_size ** -0.5 * factor };
  if (name === "visual_projection.weight")
    return { deviation: vision.hidden_size ** -0.5 * factor };
  if (name.startsWith("vision_model.")) return clipVisionInitialValue(vision, name);
  if (name.includes(".embeddings.")) return { deviation: 0.02 * text.initializer_factor };
  return layerInitialValue(text, name);
}

/** How a weight of CLIP's vision transformer begins, by its name. */
export function clipVisionInitialValue(
  vision: TransformerConfig & { readonly initializer_range: number },
  name: string,
): InitialValue {
  const { hidden_size: width, initializer_factor: factor, initializer_range: range } = vision;
  if (name.endsWith(".class_embedding")) return { deviation: width ** -0.5 * factor };
  if (name.includes(".embeddings.")) return { deviation: range * factor };
  return layerInitialValue(vision, name);
}

function layerInitialValue(config: TransformerConfig, name: string): InitialValue {
  const { hidden_size: width, num_hidden_layers: layers, initializer_factor: factor } = config;
  const module = name.split(".").at(-2) ?? "";
  if (name.endsWith(".bias")) return { value: 0 };
  if (module.includes("norm")) return { value: 1 };
  if (module === "out_proj") return { deviation: width ** -0.5 * factor };
  if (module === "fc1") return { deviation: (2 * width) ** -0.5 * factor };
  return { deviation: width ** -0.5 * (2 * layers) ** -0.5 * factor };
}
