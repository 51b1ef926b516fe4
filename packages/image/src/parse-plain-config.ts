import { z } from "zod";
import { side, threeNumbers, threePositiveNumbers } from "./config-values.ts";
import type { Preprocessing, PreprocessingResize } from "./preprocessing.ts";
import { unfixedSize } from "./unfixed-size.ts";
import { validateConfig } from "./validate-config.ts";

const rectangle = z.strictObject({ width: side, height: side });

const plainConfig = z.strictObject({
  size: z.union([side, rectangle, z.strictObject({ shortestEdge: side })], {
    error: "expected a number, {width, height} or {shortestEdge}, of 1..16384 pixels",
  }),
  crop: z
    .union([side, rectangle], { error: "expected a number or {width, height}, of 1..16384 pixels" })
    .optional(),
  mean: threeNumbers,
  std: threePositiveNumbers,
  scale: z.number().default(1 / 255),
  channelOrder: z.enum(["RGB", "BGR"]).default("RGB"),
  interpolation: z.enum(["lanczos", "bilinear", "bicubic", "box", "hamming"]).default("bicubic"),
});

/** Reads the project's own description of an image model's input; see `parsePreprocessorConfig`. */
export function parsePlainConfig(json: unknown): Preprocessing {
  const { size, crop, ...values } = validateConfig(plainConfig, json);
  const resize: PreprocessingResize =
    typeof size === "object" && "shortestEdge" in size
      ? { type: "shortest-edge", edge: size.shortestEdge }
      : { type: "exact", ...toRectangle(size) };
  const fixed = crop ?? (resize.type === "exact" ? resize : undefined);
  if (fixed === undefined) throw unfixedSize();
  const { width, height } = toRectangle(fixed);
  return { width, height, resize, isCropped: crop !== undefined, ...values };
}

function toRectangle(size: number | { readonly width: number; readonly height: number }): {
  width: number;
  height: number;
} {
  return typeof size === "number"
    ? { width: size, height: size }
    : { width: size.width, height: size.height };
}
