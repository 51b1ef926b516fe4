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
  const cells = g.transpose(g.reshape(grid, [0, width, patches]), [0, 2, 1]);
  const first = g.reshape(g.weight(`${prefix}.embeddings.class_embedding`, [width]), [1, 1, width]);
  const places = g.weight(`${prefix}.embeddings.position_embedding.weight`, [patches + 1, width]);
  const rows = g.apply("Concat", [g.size(pixels, 0), g.ints([1]), g.ints([width])], {
    axis: int(0),
  });
  const all = g.apply("Concat", [g.apply("Expand", [first, rows]), cells], { axis: int(1) });
  const placed = g.reshape(g.apply("Add", [all, places]), [-1, width]);
  const tokens = g.ints([patches + 1]);
  let states = g.layerNorm(placed, `${prefix}.pre_layrnorm`, width, vision.layer_norm_eps);
  for (let layer = 0; layer < vision.num_hidden_layers; layer += 1) {
    states = clipLayer(g, states, `${prefix}.encoder.layers.${layer}`, vision, tokens);
  }
  const sequences = g.reshape(states, [-1, patches + 1, width]);
  const pooled = g.reshape(g.apply("Slice", [sequences, g.ints([0]), g.ints([1]), g.ints([1])]), [
    -1,
    width,
  ]);
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
  };
}
