import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeImage } from "@megapairs/image";
import type { Combination } from "@megapairs/scenes";
import {
  COLOURS,
  referenceModelPath,
  OBJECT_BACKGROUNDS,
  renderCombination,
  SHAPES,
  splitCombinations,
} from "@megapairs/scenes";
import { runCommand } from "./run-command.ts";

/** Settings of {@link composedExperiment}. */
export interface ComposedSettings {
  /** Where everything is written; what is there is used again. */
  readonly folder: string;
  readonly pictures: number;
  readonly steps: number;
  readonly seed: number;
  readonly threads: number;
}

/** Pictures of the corpus and of the benchmark are not those that the CLIP was trained on. */
const PICTURES_SEED = 500_000;
const BENCHMARK_SEED = 2_000_000;
const LARGE_PRIME = 7919;

/**
 * Takes pictures of one object through the whole pipeline (`megapairs run`: three embedded relations,
 * mined pairs, the offline VLM's instructions), trains a composed retriever on the triplets from the
 * reference CLIP of `@megapairs/scenes`, and scores both on composed queries in a wording of their own, over
 * pictures of which none was trained on. Every seventh pair of colour and shape was never shown.
 */
export async function composedExperiment(settings: ComposedSettings): Promise<object> {
  const { folder, pictures, steps, seed, threads } = settings;
  const data = join(folder, "data");
  const corpus = ["--images", `objects:${pictures}`, "--seed", String(PICTURES_SEED + seed)];
  await runCommand(["run", ...corpus, "--out", data]);
  const out = join(folder, "run");
  const config = join(folder, "train.json");
  await writeFile(
    config,
    JSON.stringify({
      out,
      model: { folder: referenceModelPath("clip") },
      data: { triplets: data },
      batch: 64,
      hardNegatives: 2,
      chunk: 96,
      sequence: 24,
      temperature: 0.02,
      steps,
      warmup: Math.ceil(steps / 20),
      learningRate: 2e-4,
      decay: "linear",
      seed,
      threads,
      checkpoints: { every: 100, keep: 1 },
    }),
  );
  await runCommand(["train", config]);
  const benchmark = await writeBenchmark(join(folder, "benchmark"));
  const score = async (model: string, name: string, ...flags: string[]): Promise<unknown> =>
    runCommand([
      "eval",
      "run",
      "triplets",
      "--model",
      model,
      "--annotations",
      benchmark,
      "--images",
      join(folder, "benchmark"),
      "--out",
      join(folder, "eval", name),
      ...flags,
    ]);
  return {
    untrained: await score(referenceModelPath("clip"), "untrained"),
    trained: await score(join(out, "model"), "trained"),
    settings,
  };
}

/**
 * Every renderable combination once as a picture, and for each as a query three things to ask: another
 * colour, another shape, another background. The gallery is all pictures; the query's own is in it.
 */
async function writeBenchmark(folder: string): Promise<string> {
  const file = join(folder, "set.jsonl");
  if (await stat(file).catch(() => undefined)) return file;
  await mkdir(folder, { recursive: true });
  const { trained, heldOut } = splitCombinations();
  const unseen = new Set(heldOut.map(keyOf));
  const all = [...trained, ...heldOut];
  const known = new Set(all.map(keyOf));
  for (const [index, each] of all.entries()) {
    const pixels = renderCombination(each, BENCHMARK_SEED + index);
    const { bytes } = await encodeImage(pixels, { mediaType: "image/png" });
    await writeFile(join(folder, `${keyOf(each)}.png`), bytes);
  }
  const gallery = all.map((each) => `${keyOf(each)}.png`);
  const lines = [JSON.stringify({ set: "one object", gallery, removesQuery: false })];
  for (const [index, each] of all.entries()) {
    for (const [text, target] of questions(each, index)) {
      if (!known.has(keyOf(target)) || keyOf(target) === keyOf(each)) continue;
      const groups = { target: unseen.has(keyOf(target)) ? "never shown" : "shown in training" };
      lines.push(
        JSON.stringify({
          q_img: `${keyOf(each)}.png`,
          q_text: [text],
          targets: [`${keyOf(target)}.png`],
          groups: [groups.target],
        }),
      );
    }
  }
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

function questions(each: Combination, index: number): (readonly [string, Combination])[] {
  const other = <Item>(items: readonly Item[]): Item =>
    items[(index * LARGE_PRIME + 3) % items.length]!;
  const [colour, shape, background] = [other(COLOURS), other(SHAPES), other(OBJECT_BACKGROUNDS)];
  return [
    [`I want this one painted ${colour}`, { ...each, colour }],
    [`make it a ${shape} and leave all else alone`, { ...each, shape }],
    [`put it before something ${background}`, { ...each, background }],
  ];
}

function keyOf({ colour, shape, background }: Combination): string {
  return `${colour}-${shape}-${background}`;
}
