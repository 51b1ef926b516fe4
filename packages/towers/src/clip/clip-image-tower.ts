import { int, ints } from "@megapairs/onnx";
import { createTowerGraph } from "../blocks/tower-graph.ts";
import type { Tower } from "../tower-model.ts";
import type { ClipConfig } from "./clip-config.ts";
import { clipLayer } from "./clip-layer.ts";

/** CLIP's image tower: `pixel_values` float32 [batch, 3, size, size] to `image_embeds`. */
export function clipImageTower(config: ClipConfig): Tower {
  const vision = config.vision_config;
  const {
    hidden_size: width,
    patch_size: patch,
    image_size: size,
    num_channels: channels,
  } = vision;
  const patches = (size / patch) ** 2;
  const dimensions = config.projection_dim;
  const prefix = "vision_model";
  const g = createTowerGraph();
  const pixels = g.input("pixel_values", "float32", ["batch", channels, size, size]);
  const kernel = g.weight(`${prefix}.embeddings.patch_embedding.weight`, [
    width,
    channels,
    patch,
    patch,
  ]);
  const grid = g.apply("Conv", [pixels, kernel], {
    kernel_shape: ints([patch, patch]),
    strides: ints([patch, patch]),
  });
  const cells = g.transpose(g.reshape(grid, [0, width, patches]), [2, 0, 1]);
  const first = g.reshape(g.weight(`${prefix}.embeddings.class_embedding`, [width]), [1, 1, width]);
  const places = g.weight(`${prefix}.embeddings.position_embedding.weight`, [patches + 1, width]);
  const batch = g.size(pixels, 0);
  const row = g.apply("Concat", [g.ints([1]), batch, g.ints([width])], { axis: int(0) });
  const all = g.apply("Concat", [g.apply("Expand", [first, row]), cells], { axis: int(0) });
  const placed = g.apply("Add", [all, g.reshape(places, [patches + 1, 1, width])]);
  const flat = g.reshape(placed, [-1, width]);
  let states = g.layerNorm(flat, `${prefix}.pre_layrnorm`, width, vision.layer_norm_eps);
  const pooled = (rows: string): string =>
    g.apply("Slice", [rows, g.ints([0]), batch, g.ints([0])]);
  for (let layer = 0; layer < vision.num_hidden_layers; layer += 1) {
    const pick = layer === vision.num_hidden_layers - 1 ? pooled : undefined;
    states = clipLayer(g, `${prefix}.encoder.layers.${layer}`, { states, batch, pick }, vision);
  }
  const normed = g.layerNorm(states, `${prefix}.post_layernorm`, width, vision.layer_norm_eps);
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
  };
}
