import { join } from "node:path";
import type { LoadOptions } from "../checkpoint/read-checkpoint.ts";
import { readCheckpoint } from "../checkpoint/read-checkpoint.ts";
import { readJsonFile } from "../files/read-json-file.ts";
import { parseClipConfig } from "./clip-config.ts";
import { clipWeightShapes } from "./clip-weight-shapes.ts";
import { clipModelOf } from "./create-clip-model.ts";
import type { ClipModel } from "./create-clip-model.ts";

/** A weight that every CLIP model has: what stands before its name is the layout's prefix. */
const LANDMARK = "text_model.embeddings.token_embedding.weight";

/**
 * Reads a CLIP model from a folder in the Hugging Face layout: `config.json` and
 * `model.safetensors`, or the index of several such files. Where a larger model holds the CLIP
 * model (`clip.text_model…`), what lies outside it is left alone; `position_ids` are skipped.
 *
 * Rejects with `invalid-argument` where files are missing or the config is wrong, and `corrupt-data`
 * where the weights are not those of the config, naming those missing, unexpected and misshapen.
 */
export async function loadClipModel(folder: string, options: LoadOptions = {}): Promise<ClipModel> {
  const config = parseClipConfig(await readJsonFile(join(folder, "config.json")));
  const form = { className: "CLIPModel", expected: clipWeightShapes(config), naming: clipNaming };
  return clipModelOf(config, await readCheckpoint(folder, form, options));
}

function clipNaming(names: readonly string[]): (name: string) => string | undefined {
  const landmark = names.find((name) => name.endsWith(LANDMARK)) ?? LANDMARK;
  const prefix = landmark.slice(0, -LANDMARK.length);
  return (name) =>
    name.startsWith(prefix) && !name.endsWith(".position_ids")
      ? name.slice(prefix.length)
      : undefined;
}
