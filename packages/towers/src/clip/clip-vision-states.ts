import { int, ints } from "@megapairs/onnx";
import type { TowerGraph } from "../blocks/tower-graph.ts";
import type { ClipVisionConfig } from "./clip-config.ts";
import { clipLayer } from "./clip-layer.ts";

/** Which part of a vision transformer to build. */
export interface ClipVisionPart {
  /** Stands before the names of its weights. */
  readonly prefix: string;
  /** How many of its layers, from the first. */
  readonly layers: number;
  /**
   * Picks rows of `[tokens · batch, width]` whose states the last layer gives; `batch` is an int64
   * vector of one element. Left out: all.
   */
  readonly pick?: ((rows: string, batch: string) => string) | undefined;
}

/**
 * CLIP's vision transformer over `pixels` [batch, channels, size, size]: states of the class mark and
 * the patches behind it, `[tokens · batch, width]`, tokens outermost.
 */
export function clipVisionStates(
  g: TowerGraph,
  pixels: string,
  vision: ClipVisionConfig,
  { prefix, layers, pick }: ClipVisionPart,
): string {
  const { hidden_size: width, patch_size: patch, num_channels: channels } = vision;
  const patches = (vision.image_size / patch) ** 2;
  const embeddings = `${prefix}.embeddings`;
  const kernel = g.weight(`${embeddings}.patch_embedding.weight`, [width, channels, patch, patch]);
  const grid = g.apply("Conv", [pixels, kernel], {
    kernel_shape: ints([patch, patch]),
    strides: ints([patch, patch]),
  });
  const cells = g.transpose(g.reshape(grid, [0, width, patches]), [2, 0, 1]);
  const first = g.reshape(g.weight(`${embeddings}.class_embedding`, [width]), [1, 1, width]);
  const places = g.weight(`${embeddings}.position_embedding.weight`, [patches + 1, width]);
  const batch = g.size(pixels, 0);
  const row = g.apply("Concat", [g.ints([1]), batch, g.ints([width])], { axis: int(0) });
  const all = g.apply("Concat", [g.apply("Expand", [first, row]), cells], { axis: int(0) });
  const placed = g.apply("Add", [all, g.reshape(places, [patches + 1, 1, width])]);
  const flat = g.reshape(placed, [-1, width]);
  let states = g.layerNorm(flat, `${prefix}.pre_layrnorm`, width, vision.layer_norm_eps);
  const picked = pick && ((rows: string): string => pick(rows, batch));
  for (let layer = 0; layer < layers; layer += 1) {
    const inputs = { states, batch, pick: layer === layers - 1 ? picked : undefined };
    states = clipLayer(g, `${prefix}.encoder.layers.${layer}`, inputs, vision);
  }
  return states;
}
