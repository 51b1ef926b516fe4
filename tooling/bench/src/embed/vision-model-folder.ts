import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeOnnxModel } from "@megapairs/onnx";
import { cachedFolder } from "../frame/cache-folder.ts";
import type { VisionTower } from "./define-vision-tower.ts";
import { defineVisionTower } from "./define-vision-tower.ts";

const SEED = 1;

/** A folder as on the Hugging Face hub that holds such a tower; made once. */
export function visionModelFolder(name: string, tower: VisionTower): Promise<string> {
  return cachedFolder(`clip-${name}-seed${SEED}`, async (folder) => {
    const { image } = tower;
    const writeJson = (file: string, value: unknown): Promise<void> =>
      writeFile(join(folder, file), `${JSON.stringify(value, undefined, 2)}\n`);
    await mkdir(join(folder, "onnx"));
    await writeJson("config.json", {
      model_type: "clip",
      architectures: ["CLIPModel"],
      projection_dim: tower.projection,
      vision_config: {
        model_type: "clip_vision_model",
        hidden_size: tower.width,
        image_size: image,
        num_attention_heads: tower.heads,
        num_hidden_layers: tower.layers,
        patch_size: tower.patch,
      },
    });
    await writeJson("preprocessor_config.json", {
      image_processor_type: "CLIPImageProcessor",
      do_resize: true,
      size: { shortest_edge: image },
      resample: 3,
      do_center_crop: true,
      crop_size: { width: image, height: image },
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: [0.48145466, 0.4578275, 0.40821073],
      image_std: [0.26862954, 0.26130258, 0.27577711],
      do_convert_rgb: true,
    });
    const bytes = encodeOnnxModel(defineVisionTower(tower, SEED));
    await writeFile(join(folder, "onnx/vision_model.onnx"), bytes);
  });
}
