import type { ClipConfigName } from "@megapairs/towers";
import { defaultAdamW } from "@megapairs/train";
import { z } from "zod";

const path = z.string().min(1);
const positive = z.number().positive();
const share = z.number().min(0).lt(1);

const INITIAL = [
  "clip-tiny",
  "clip-small",
  "clip-vit-base-patch32",
  "clip-vit-base-patch16",
  "clip-vit-large-patch14",
] as const satisfies readonly ClipConfigName[];

/** Where training begins: a folder of weights, or random ones. */
const model = z
  .strictObject({
    /**
     * Hugging Face layout: `config.json`, `model.safetensors`, `tokenizer.json`,
     * `tokenizer_config.json`, `preprocessor_config.json`; the `out` of a training run; or
     * `scenes/clip`, the small CLIP of the objects world.
     */
    folder: path.optional(),
    /** One of our configs, with random weights. */
    initial: z.enum(INITIAL).optional(),
    /** A CLIP `config.json`, with random weights. */
    config: path.optional(),
    /** With random weights: `from-data`, learned from the texts, or a folder with a `tokenizer.json`. */
    tokenizer: path.optional(),
    /** Most entries of a tokenizer from data. Default: the vocabulary of the config. */
    vocabulary: z.int().min(514).optional(),
  })
  .refine(
    ({ folder, initial, config }) =>
      [folder, initial, config].filter((one) => one !== undefined).length === 1,
    "give one of folder, initial or config",
  )
  .refine(
    ({ folder, tokenizer, vocabulary }) =>
      folder === undefined || (tokenizer === undefined && vocabulary === undefined),
    "a folder brings its own tokenizer: leave out tokenizer and vocabulary",
  );

const data = z
  .strictObject({
    /** The released format: `megapairs.jsonl`, a folder that holds it, or a run directory. */
    triplets: path.optional(),
    /** Only the triplets that one of these similarity models found: `[D, I]`. Default: all. */
    relations: z.array(z.string().min(1)).min(1).optional(),
    /** JSON Lines, `{"image": "x.jpg", "caption": "…"}`, `scenes:COUNT` or `objects:COUNT`: text → image. */
    captions: path.optional(),
    /** Folder of the images, as files or in tars. Default: that of the file. */
    images: path.optional(),
  })
  .refine(
    ({ triplets, captions }) => (triplets === undefined) !== (captions === undefined),
    "give either triplets or captions",
  )
  .refine(
    ({ captions, relations }) => captions === undefined || relations === undefined,
    "relations are of triplets, captions have none",
  );

const lora = z.strictObject({
  /** The paper's LoRA has 32. */
  rank: z.int().min(1).default(32),
  /** Additions are multiplied by `alpha / rank`. Default: the rank. */
  alpha: positive.optional(),
  /** `all-linear`, or names of modules: `[q_proj, v_proj]`. */
  match: z
    .union([z.literal("all-linear"), z.array(z.string().min(1)).min(1)])
    .default("all-linear"),
});

/**
 * Everything a training run can be told. Defaults are those of the paper's base recipe where it
 * states them (PAPER §6), else those of torch and CLIP.
 */
export const trainConfigSchema = z.strictObject({
  /** Folder of the run. */
  out: path,
  model,
  data,
  /** Queries in a batch. */
  batch: z.int().min(2).default(2048),
  /** Instructions of a pair in one batch, each a query with the same positive. */
  texts: z.int().min(1).default(1),
  /** Most hard negatives of a query, the query image among them. Of captions none. */
  hardNegatives: z.int().min(0).optional(),
  /** Rows that go through a tower at once (GradCache); a batch of no more goes through whole. */
  chunk: z.int().min(1).default(32),
  /** Batches whose gradients make one step. */
  accumulation: z.int().min(1).default(1),
  /** What cosines are divided by; `learned` as CLIP's. Default: 0.02 for triplets, learned for captions. */
  temperature: z.union([positive, z.literal("learned")]).optional(),
  /** Default: `query-to-candidate` for triplets, `both` for captions. */
  direction: z.enum(["query-to-candidate", "both"]).optional(),
  /** `mask`: images that answer a query too are no negatives of it. */
  falseNegatives: z.enum(["mask", "keep"]).default("mask"),
  /** Steps of the run. Default 15,000 unless `epochs` says. */
  steps: z.int().min(1).optional(),
  /** Passes over the data, in place of steps. */
  epochs: positive.optional(),
  /** The highest learning rate. */
  learningRate: positive.default(5e-6),
  /** Steps in which it rises from 0. Not stated in the paper. */
  warmup: z.int().min(0).default(0),
  decay: z.enum(["linear", "cosine", "constant"]).default("linear"),
  /** AdamW's; not stated in the paper, these are torch's. Biases, norms and the temperature do not decay. */
  weightDecay: z.number().min(0).default(defaultAdamW.weightDecay),
  betas: z.tuple([share, share]).default([...defaultAdamW.betas]),
  epsilon: positive.default(defaultAdamW.epsilon),
  /** Gradients of a larger L2 norm are scaled down to it. */
  clipNorm: z.union([positive, z.literal("none")]).default(1),
  /** Share of an average of the weights that a step keeps, such as 0.9995. Default: none is kept. */
  averageDecay: z.number().gt(0).lt(1).optional(),
  /** What is trained: `all`, `{ lora: … }` beside frozen weights, or all but `{ frozen: [image] }`. */
  train: z
    .union([
      z.literal("all"),
      z.strictObject({ lora }),
      z.strictObject({ frozen: z.array(z.enum(["image", "text"])).length(1) }),
    ])
    .default("all"),
  /** Compute the insides of blocks again in the backward pass: less memory, more work. */
  recompute: z.boolean().default(false),
  /** Tokens of a text, marks included. Default: all that the model takes. */
  sequence: z.int().min(3).optional(),
  /** Decides everything that is drawn: weights, order, instructions, scenes. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  checkpoints: z
    .strictObject({
      /** Steps from one to the next. */
      every: z.int().min(1).default(100),
      /** How many of the newest stay. */
      keep: z.int().min(1).default(2),
    })
    .prefault({}),
  /** Which weights are exported. Default: `average` where one is kept. */
  export: z.enum(["average", "last"]).optional(),
  /** Where the towers run. */
  device: z.enum(["auto", "cpu", "cuda", "webgpu"]).default("cpu"),
  /** Threads of one operator. Default: all cores. */
  threads: z.int().min(1).max(256).optional(),
  /** Threads that resize pictures. Default: a quarter of the cores, at least 1. */
  workers: z.int().min(1).max(256).optional(),
});

/** A training run's settings, defaults filled in. */
export type TrainConfig = z.output<typeof trainConfigSchema>;
