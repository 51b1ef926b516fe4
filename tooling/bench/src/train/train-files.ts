import { join } from "node:path";
import { clipConfigs, createClipModel, saveClipModel, writeSafetensors } from "@megapairs/towers";
import { cachedFolder } from "../frame/cache-folder.ts";

const TOKENS = 77;

/** A ViT-B/32 CLIP of random weights and a batch for it, made once. */
export async function trainFiles(batch: number): Promise<{ model: string; batchFile: string }> {
  const config = clipConfigs["clip-vit-base-patch32"];
  const model = await cachedFolder("clip-vit-base-patch32-seed-0", (folder) =>
    saveClipModel(folder, createClipModel(config, { seed: 0 })),
  );
  const { image_size: size } = config.vision_config;
  const { eos_token_id: end } = config.text_config;
  const data = await cachedFolder(`clip-batch-${batch}`, async (folder) => {
    let state = 1;
    const draw = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const pixels = Float32Array.from({ length: batch * 3 * size * size }, () => 4 * draw() - 2);
    const ids = Float32Array.from({ length: batch * TOKENS }, (_, at) =>
      at % TOKENS === TOKENS - 1 ? end : Math.floor(draw() * (end - 1)),
    );
    const weights = new Map([
      ["pixel_values", { dims: [batch, 3, size, size], data: pixels }],
      ["input_ids", { dims: [batch, TOKENS], data: ids }],
    ]);
    await writeSafetensors(join(folder, "batch.safetensors"), weights);
  });
  return { model, batchFile: join(data, "batch.safetensors") };
}
