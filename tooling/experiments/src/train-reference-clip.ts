import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createObjectsCorpus, createOfflineVlm, splitCombinations } from "@megapairs/scenes";
import { fitClipConfig, parseClipConfig, trainClipTokenizer } from "@megapairs/towers";
import base from "./reference-clip.json" with { type: "json" };
import type { ReferenceSettings } from "./reference-models.ts";
import { runCommand } from "./run-command.ts";
import { writePictures } from "./write-pictures.ts";

const PICTURES = 10_000;
const STEPS = 1000;
const VOCABULARY = 1024;
const INSTRUCTED_PAIRS = 2000;

/**
 * Trains the reference CLIP from scratch by `megapairs train`, on pictures of one object and their
 * alt-texts, and exports it in half precision. Gives what decided it.
 */
export async function trainReferenceClip(
  { folder, seed, threads }: ReferenceSettings,
  to: string,
): Promise<object> {
  const corpus = createObjectsCorpus({ images: PICTURES, seed });
  const captions = await writePictures(join(folder, "pictures"), corpus);
  const tokenizer = join(folder, "tokenizer");
  const contextLength = base.text_config.max_position_embeddings;
  const learned = trainClipTokenizer(await textsToLearn(seed), {
    vocabularySize: VOCABULARY,
    contextLength,
  });
  await mkdir(tokenizer, { recursive: true });
  await writeJson(join(tokenizer, "tokenizer.json"), learned.tokenizer);
  await writeJson(join(tokenizer, "tokenizer_config.json"), learned.tokenizerConfig);
  const config = join(folder, "clip-config.json");
  await writeJson(config, fitClipConfig(parseClipConfig(base), learned.tokenizer));
  const out = join(folder, "clip");
  const training = {
    batch: 128,
    chunk: 128,
    sequence: contextLength,
    temperature: "learned",
    direction: "both",
    steps: STEPS,
    warmup: 100,
    learningRate: 1e-3,
    decay: "cosine",
    weightDecay: 0.1,
    betas: [0.9, 0.98],
    averageDecay: 0.99,
    seed,
    threads,
  };
  const settings = join(folder, "clip-train.json");
  await writeJson(settings, {
    out,
    model: { config, tokenizer },
    data: { captions },
    checkpoints: { every: 100, keep: 1 },
    ...training,
  });
  await runCommand(["train", settings]);
  await runCommand(["train", "export", out, "--half", "--to", to]);
  return { pictures: PICTURES, ...training };
}

/** Captions, and instructions as the offline VLM words them: what the miniature's texts are made of. */
async function textsToLearn(seed: number): Promise<readonly string[]> {
  const texts: string[] = [];
  const corpus = createObjectsCorpus({ images: PICTURES, seed });
  for await (const { caption = "" } of corpus.read({ start: 0, end: PICTURES })) {
    texts.push(caption);
  }
  const { trained } = splitCombinations();
  const vlm = createOfflineVlm();
  for (let pair = 0; pair < INSTRUCTED_PAIRS; pair += 1) {
    const { colour, shape, background } = trained[pair % trained.length]!;
    const text = `Both images show a shape. However, the Source Image has one, whereas the Target Image has a ${colour} ${shape} and a ${background} background.`;
    const prompt = [{ type: "text", text }] as const;
    const options = { prompt, maxOutputTokens: 200, temperature: 0, seed: pair };
    const answer = await vlm.doGenerate(options);
    texts.push(...(JSON.parse(answer.text) as { instructions: string[] }).instructions);
  }
  return texts;
}

async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
