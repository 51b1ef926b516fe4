import { z } from "zod";

const band = z
  .tuple([z.number().min(-1).max(1), z.number().min(-1).max(1)])
  .refine(([lower, upper]) => lower < upper, "the lower bound must be below the upper bound");

/** Shares of all pairs: cosines of one encoder mean nothing under another, shares do. */
const quantileBand = z.strictObject({
  quantiles: z
    .tuple([z.number().gt(0).max(1), z.number().gt(0).max(1)])
    .refine(([lower, upper]) => lower < upper, "the lower one must be below the upper one"),
});

const encoder = z.union([
  z.string().min(1),
  z.strictObject({
    model: z.string().min(1),
    variant: z.string().optional(),
    device: z.enum(["auto", "cpu", "cuda", "webgpu"]).optional(),
    threads: z.int().min(1).max(256).optional(),
    maxBatch: z.int().min(1).max(4096).optional(),
    revision: z.string().optional(),
    offline: z.boolean().optional(),
    cacheDirectory: z.string().optional(),
    pooling: z.enum(["cls", "mean", "pooler"]).optional(),
    /** Of a single ONNX file; `parsePreprocessorConfig` of `@megapairs/image` says what it may hold. */
    preprocessing: z.record(z.string(), z.json()).optional(),
    input: z.string().optional(),
    output: z.string().optional(),
  }),
]);

const relationName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9]{0,15}$/, "letters and digits, 16 at most");

const relation = z.strictObject({
  encoder,
  input: z.enum(["image", "caption"]).default("image"),
  band: z.union([band, quantileBand]).default([0.8, 0.96]),
  neighbours: z.int().min(1).max(10_000).default(20),
  /**
   * What a cosine over the band says: the two are copies, under all relations (`exclude`), or nothing
   * (`ignore`). Default: `exclude` for images, `ignore` for captions, which different pictures share.
   */
  nearDuplicates: z.enum(["exclude", "ignore"]).optional(),
});

const threshold = z.number().gt(-1).max(1).optional();

/** Pictures, as a corpus is given: embedded by every image relation. */
const pictureGuard = z.strictObject({ images: z.string().min(1), threshold });

/** Vectors of the same encoders, as `.npy` files by relation. */
const vectorGuard = z.strictObject({
  vectors: z
    .record(relationName, z.string().min(1))
    .refine((files) => Object.keys(files).length > 0, "at least one file is needed"),
  threshold,
});

const backend = z.union([
  /** The pixel reader for rendered scenes, and the small CLIP with a grammar for `objects:COUNT`. */
  z.enum(["offline", "reference"]),
  z.strictObject({
    baseUrl: z.url({ protocol: /^https?$/ }),
    model: z.string().min(1),
    profile: z.enum(["vllm", "sglang", "openai", "generic"]).default("vllm"),
    apiKeyEnv: z.string().min(1).optional(),
    timeoutMs: z.int().min(1).default(300_000),
  }),
]);

/** Everything a run can be told. Every default is visible here, with the paper's value where it has one. */
export const runConfigSchema = z.strictObject({
  /** A folder, a JSON Lines file, a tar, a folder of tars, `scenes:COUNT` or `objects:COUNT`. */
  corpus: z.string().min(1),
  /** Files larger than this are rejected, as are pictures of more pixels than `maxPixels`. */
  maxBytes: z
    .int()
    .min(1)
    .default(64 * 1024 * 1024),
  maxPixels: z.int().min(1).default(64_000_000),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  /** Items in one shard: what a killed run does again at most. */
  shardSize: z.int().min(1).max(8192).default(256),
  /** The similarity models, by name; I, D and T in the paper (§3.1). */
  relations: z
    .record(relationName, relation)
    .refine((relations) => Object.keys(relations).length > 0, "at least one relation is needed"),
  mine: z
    .strictObject({
      /**
       * Share of the neighbours in a band that is to be found, measured on a sample. Below 1 it tells
       * from 50,000 images on; for fewer every pair is scored, as with 1.
       */
      recall: z.number().gt(0).max(1).default(0.99),
      /** Targets kept for a query image; the paper does not say. */
      targetsPerQuery: z.int().min(1).max(1000).default(5),
      /** Mined ones, beside the query image (paper: five in all). */
      hardNegatives: z.int().min(1).max(100).default(5),
      strategy: z.enum(["random", "nearest"]).default("random"),
      /** Negatives score lower than the target by this much, under every relation that found both. */
      negativeMargin: z.number().min(0).max(2).optional(),
      /** Negatives have their best rank in this range, ends included. */
      negativeRanks: z
        .tuple([z.int().min(1), z.int().min(1)])
        .refine(([first, last]) => first <= last, "the first rank must not be above the last")
        .optional(),
      /** Most pairs that one image is the target of. */
      queriesPerTarget: z.int().min(1).optional(),
      /** Most pairs whose query lies in one folder of the corpus. */
      pairsPerFolder: z.int().min(1).optional(),
      /** Of a group of near duplicates mine all images, or only the largest picture. */
      duplicates: z.enum(["keep", "representatives"]).default("keep"),
    })
    .prefault({}),
  /** Evaluation sets: their images and near duplicates of them are part of no pair. */
  guard: z.array(z.union([pictureGuard, vectorGuard])).default([]),
  annotate: z
    .strictObject({
      /** Stage 1 sees the two images. */
      describe: backend.default("offline"),
      /** Stage 2 sees only the description. */
      instruct: backend.default("offline"),
      /** Near greedy: a description should be true. */
      describeTemperature: z.number().min(0).max(2).default(0.2),
      /** Instructions should not all sound alike. */
      instructTemperature: z.number().min(0).max(2).default(0.7),
      /** Requests in flight. */
      concurrency: z.int().min(1).max(4096).default(8),
      /** Pixels of an image sent to the VLM. */
      imagePixels: z
        .int()
        .min(1024)
        .default(512 * 512),
    })
    .prefault({}),
});

/** A run's settings, defaults filled in. */
export type RunConfig = z.output<typeof runConfigSchema>;

/** Which encoder a relation uses, as written. */
export type EncoderConfig = z.output<typeof encoder>;

/** Which backend an annotation stage uses, as written. */
export type BackendConfig = z.output<typeof backend>;
