import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import { side, threeNumbers, threePositiveNumbers } from "./config-values.ts";
import type { Interpolation } from "./interpolation.ts";
import type { Preprocessing, PreprocessingResize } from "./preprocessing.ts";
import processorDefaults from "./processor-defaults.json" with { type: "json" };
import { unfixedSize } from "./unfixed-size.ts";
import { validateConfig } from "./validate-config.ts";

const rectangle = z.object({ height: side, width: side });

const sizes = {
  size: z
    .union([side, rectangle.strict(), z.strictObject({ shortest_edge: side })], {
      error: "expected a number, {height, width} or {shortest_edge}, of 1..16384 pixels",
    })
    .nullish(),
  crop_size: z
    .union([side, rectangle], {
      error: "expected a number or {height, width}, of 1..16384 pixels",
    })
    .nullish(),
};

/** Keys of `preprocessor_config.json` with a say in the pixels; the others are kept to be checked. */
const processorConfig = z.looseObject({
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(),
  ...sizes,
  do_resize: z.boolean().nullish(),
  resample: z.int().nullish(),
  do_center_crop: z.boolean().nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: threeNumbers.nullish(),
  image_std: threePositiveNumbers.nullish(),
  do_convert_rgb: z.boolean().nullish(),
});

const defaultsSchema = z.object({
  ...sizes,
  do_center_crop: z.boolean(),
  square_by_default: z.boolean(),
  resample: z.int(),
  image_mean: threeNumbers,
  image_std: threePositiveNumbers,
});

/** Keys beside `do_…` that change the pixels, and that none of the known processors honours. */
const refusedKeys = [
  "crop_pct",
  "image_grid_pinpoints",
  "max_num_patches",
  "max_pixels",
  "min_pixels",
  "offset",
  "pad_size",
  "patch_size",
  "size_divisor",
] as const;

/** Pillow's numbers. Nearest (0) is not antialiased and is left out. */
const interpolations: readonly (Interpolation | undefined)[] = [
  undefined,
  "lanczos",
  "bilinear",
  "bicubic",
  "box",
  "hamming",
];

/** Reads a `preprocessor_config.json` of Hugging Face; see `parsePreprocessorConfig`. */
export function parseProcessorConfig(json: unknown): Preprocessing {
  const config = validateConfig(processorConfig, json);
  const defaults = findDefaults(config.image_processor_type ?? config.feature_extractor_type);
  refuseOtherSteps(config);
  const resize = toResize(config, defaults);
  const isCropped = config.do_center_crop ?? defaults.do_center_crop;
  const crop = isCropped ? (config.crop_size ?? defaults.crop_size) : undefined;
  const fixed = crop ?? (resize?.type === "exact" && !isCropped ? resize : undefined);
  if (fixed === undefined) throw unfixedSize();
  const width = typeof fixed === "number" ? fixed : fixed.width;
  const height = typeof fixed === "number" ? fixed : fixed.height;
  const isNormalized = config.do_normalize ?? true;
  return {
    width,
    height,
    resize,
    interpolation: toInterpolation(config.resample ?? defaults.resample),
    isCropped,
    scale: (config.do_rescale ?? true) ? (config.rescale_factor ?? 1 / 255) : 1,
    mean: isNormalized ? (config.image_mean ?? defaults.image_mean) : [0, 0, 0],
    std: isNormalized ? (config.image_std ?? defaults.image_std) : [1, 1, 1],
    channelOrder: "RGB",
  };
}

function findDefaults(type: string | null | undefined): z.infer<typeof defaultsSchema> {
  const name = /^(\w+?)(?:ImageProcessor|FeatureExtractor)(?:Fast|Pil)?$/u.exec(type ?? "")?.[1];
  const found = Object.entries(processorDefaults).find(([known]) => known === name)?.[1];
  if (found !== undefined) return defaultsSchema.parse(found);
  const known = Object.keys(processorDefaults).map((stem) => `${stem}ImageProcessor`);
  throw new MegaPairsError(
    "unsupported",
    `found image_processor_type ${type ?? "missing"}, expected one of ${known.join(", ")}`,
  );
}

function refuseOtherSteps(config: z.infer<typeof processorConfig>): void {
  for (const [key, value] of Object.entries(config)) {
    const isStep = key.startsWith("do_") && !(key in processorConfig.shape) && value === true;
    const isRefused = refusedKeys.some((refused) => refused === key) && value !== null;
    const isOtherLayout = key === "data_format" && value === "channels_last";
    if (isStep || isRefused || isOtherLayout) {
      throw new MegaPairsError(
        "unsupported",
        `found ${key} ${JSON.stringify(value)}, expected resize, centre crop, rescale and normalise only, channels first`,
      );
    }
  }
}

function toResize(
  config: z.infer<typeof processorConfig>,
  defaults: z.infer<typeof defaultsSchema>,
): PreprocessingResize | undefined {
  if (config.do_resize === false) return undefined;
  const size = config.size ?? defaults.size;
  if (typeof size === "number") {
    return defaults.square_by_default
      ? { type: "exact", width: size, height: size }
      : { type: "shortest-edge", edge: size };
  }
  if (size === null || size === undefined) throw unfixedSize();
  return "shortest_edge" in size
    ? { type: "shortest-edge", edge: size.shortest_edge }
    : { type: "exact", width: size.width, height: size.height };
}

function toInterpolation(resample: number): Interpolation {
  const interpolation = interpolations[resample];
  if (interpolation !== undefined) return interpolation;
  throw new MegaPairsError(
    "unsupported",
    `found resample ${resample}, expected 1 (lanczos), 2 (bilinear), 3 (bicubic), 4 (box) or 5 (hamming)`,
  );
}
