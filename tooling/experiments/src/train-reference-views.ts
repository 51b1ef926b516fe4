import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeImage, parsePreprocessorConfig } from "@megapairs/image";
import { writeOnnxModel } from "@megapairs/onnx";
import { createObjectsCorpus } from "@megapairs/scenes";
import type { ImagePixels } from "@megapairs/spec";
import { createClipModel, exportTower, parseClipConfig } from "@megapairs/towers";
import type { Weights } from "@megapairs/towers";
import {
  createBatchLoader,
  createClipCollate,
  createPixelNormalizer,
  createTrainer,
  train,
} from "@megapairs/train";
import type { Trainer } from "@megapairs/train";
import type { Augmentation } from "./augment-picture.ts";
import base from "./reference-clip.json" with { type: "json" };
import type { ReferenceSettings } from "./reference-models.ts";
import { createViewSamples } from "./view-samples.ts";

const PICTURES = 3000;
const STEPS = 1200;
const BATCH = 96;
const TEMPERATURE = 0.1;
const AUGMENTATION: Augmentation = {
  leastSide: 0.7,
  mirrored: 0.5,
  hue: 180,
  strength: 0.4,
  grey: 0.2,
};
const PREPROCESSING = {
  size: base.vision_config.image_size,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};

/**
 * Trains the reference image encoder without a single caption: two views of a picture have to find
 * each other among those of others (SimCLR, arXiv 2002.05709). The views differ in colour, so that
 * what is left to find them by is the shape. Gives what decided it.
 */
export async function trainReferenceViews(
  { folder, seed, threads }: ReferenceSettings,
  to: string,
): Promise<object> {
  const { weights, towers } = createClipModel(parseClipConfig(base), { seed, shared: true });
  const tower = towers.find(({ name }) => name === "image")!;
  const preprocessing = parsePreprocessorConfig(PREPROCESSING);
  const samples = createViewSamples({
    pictures: await renderPictures(seed),
    visits: Math.ceil((STEPS * BATCH) / PICTURES),
    augmentation: AUGMENTATION,
    seed,
  });
  const loader = createBatchLoader({
    samples,
    batchSize: BATCH,
    hardNegatives: 0,
    seed,
    preprocessing,
    cacheBytes: 0,
    workers: 1,
    collate: createClipCollate({ towers: [tower], tokenize: noTexts, pixelType: "uint8" }),
  });
  const schedule = { peak: 1e-3, steps: STEPS, warmup: 60, decay: "cosine" } as const;
  const adamW = { betas: [0.9, 0.98], weightDecay: 0.1 } as const;
  const training = { batch: BATCH, temperature: TEMPERATURE, ...schedule, ...adamW, seed, threads };
  const recipe = {
    pictures: PICTURES,
    augmentation: AUGMENTATION,
    averageDecay: 0.99,
    ...training,
  };
  const trainer = await createTrainer({
    model: { towers: [tower], weights },
    capacity: { queries: BATCH, candidates: BATCH, rows: { image: 2 * BATCH } },
    temperature: TEMPERATURE,
    direction: "both",
    normalize: createPixelNormalizer(preprocessing),
    schedule,
    adamW,
    averageDecay: 0.99,
    session: { threads },
  });
  try {
    await train({
      trainer,
      loader,
      steps: STEPS,
      checkpoints: { folder: join(folder, "views", "checkpoints"), every: 100, keep: 1 },
      facts: { recipe: JSON.stringify(recipe), data: samples.fingerprint },
      onStep: ({ step, loss, accuracy }) => {
        if (step % 50 === 0) process.stderr.write(`views ${step} ${loss} ${accuracy}\n`);
      },
    });
    await mkdir(to, { recursive: true });
    const file = "vision_model.onnx";
    const graph = exportTower(tower, averageOf(trainer.memory), { dataType: "F16" });
    await writeOnnxModel(join(to, file), graph);
    const description = {
      model: file,
      modelId: "scenes/views",
      output: tower.output,
      preprocessing: PREPROCESSING,
    };
    await writeFile(join(to, "encoder.json"), `${JSON.stringify(description, undefined, 2)}\n`);
    return recipe;
  } finally {
    await Promise.all([trainer.dispose(), loader.close()]);
  }
}

function averageOf({ trained, flat }: Trainer["memory"]): Weights {
  return new Map(
    trained.map(({ name, dims, offset, length }) => [
      name,
      { dims, data: flat.average.slice(offset, offset + length) },
    ]),
  );
}

async function renderPictures(seed: number): Promise<readonly ImagePixels[]> {
  const pictures: ImagePixels[] = [];
  const corpus = createObjectsCorpus({ images: PICTURES, seed });
  for await (const entry of corpus.read({ start: 0, end: PICTURES })) {
    pictures.push(await decodeImage(await entry.read()));
  }
  return pictures;
}

function noTexts(): never {
  throw new Error("views have no texts");
}
