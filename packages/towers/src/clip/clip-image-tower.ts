import { int } from "@megapairs/onnx";
import { createTowerGraph } from "../blocks/tower-graph.ts";
import type { Tower } from "../tower-model.ts";
import type { ClipConfig } from "./clip-config.ts";
import { clipVisionStates } from "./clip-vision-states.ts";

/** CLIP's image tower: `pixel_values` float32 [batch, 3, size, size] to `image_embeds`. */
export function clipImageTower(config: ClipConfig): Tower {
  const { vision_config: vision, projection_dim: dimensions } = config;
  const { hidden_size: width, image_size: size } = vision;
  const prefix = "vision_model";
  const g = createTowerGraph();
  const pixels = g.input("pixel_values", "float32", ["batch", vision.num_channels, size, size]);
  const pooled = clipVisionStates(g, pixels, vision, {
    prefix,
    layers: vision.num_hidden_layers,
    pick: (rows, batch) => g.apply("Slice", [rows, g.ints([0]), batch, g.ints([0])]),
  });
  const normed = g.layerNorm(pooled, `${prefix}.post_layernorm`, width, vision.layer_norm_eps);
  const projection = g.weight("visual_projection.weight", [dimensions, width]);
  const output = g.apply("Gemm", [normed, projection], { transB: int(1) }, "image_embeds");
  return {
    name: "image",
    model: g.finish("clip_image", [
      { name: output, dataType: "float32", shape: ["batch", dimensions] },
    ]),
    dataInputs: ["pixel_values"],
    output,
    dimensions,
    weightNames: g.weightNames,
    blocks: g.blocks,
  };
}
