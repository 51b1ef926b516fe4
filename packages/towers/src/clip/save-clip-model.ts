import type { SaveOptions } from "../checkpoint/write-checkpoint.ts";
import { writeCheckpoint } from "../checkpoint/write-checkpoint.ts";
import { clipWeightShapes } from "./clip-weight-shapes.ts";
import type { ClipModel } from "./create-clip-model.ts";

/**
 * Writes a CLIP model into a folder as transformers does, `config.json` and `model.safetensors`, so
 * that `CLIPModel.from_pretrained` loads it. Each file is replaced in one move, the config last.
 *
 * Rejects with `invalid-argument` where the weights are not those of the config.
 */
export async function saveClipModel(
  folder: string,
  { config, weights }: Pick<ClipModel, "config" | "weights">,
  options: SaveOptions = {},
): Promise<void> {
  const expected = clipWeightShapes(config);
  await writeCheckpoint(folder, "CLIPModel", config, weights, expected, options);
}
