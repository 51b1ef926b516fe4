import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { scoreReferenceModels } from "./score-reference-models.ts";
import { trainReferenceClip } from "./train-reference-clip.ts";
import { trainReferenceViews } from "./train-reference-views.ts";

/** Settings of {@link referenceModels}. */
export interface ReferenceSettings {
  /** Where everything is written; what is there is used again. */
  readonly folder: string;
  readonly seed: number;
  /** Decide the last bits of the weights. */
  readonly threads: number;
}

/**
 * Makes the models that `@megapairs/scenes` ships, in `models` of the folder: a CLIP from pictures and
 * captions and an image encoder from pictures alone, with what made them and how they score.
 */
export async function referenceModels(settings: ReferenceSettings): Promise<object> {
  const models = join(settings.folder, "models");
  await mkdir(settings.folder, { recursive: true });
  const clip = await trainReferenceClip(settings, join(models, "clip"));
  const views = await trainReferenceViews(settings, join(models, "views"));
  const scores = await scoreReferenceModels(models);
  const { seed, threads } = settings;
  const command = `pnpm -s experiment reference-models --seed ${seed} --threads ${threads}`;
  const made = {
    command,
    clip: { training: clip, scores: scores.clip },
    views: { training: views, scores: scores.views },
  };
  await writeFile(join(models, "made.json"), `${JSON.stringify(made, undefined, 2)}\n`);
  return made;
}
