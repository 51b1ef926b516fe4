import { z } from "zod";

import { cleanRelativePath } from "../corpus/file-name.ts";
import type { TextLine } from "../corpus/line-splitter.ts";

/** A triplet in the released format: images by their paths in the dataset. */
export interface MegaPairsLine {
  /** From 1. */
  readonly line: number;
  readonly queryImage: string;
  /** At least one. */
  readonly instructions: readonly string[];
  readonly targetImage: string;
  /** `hns`: in released data the first is the query image. */
  readonly hardNegativeImages: readonly string[];
}

/** Longest line of the released format that is read, in bytes. */
export const MAX_MEGAPAIRS_LINE_BYTES: number = 16 * 2 ** 20;

const imagePath = z
  .string()
  .refine((name) => cleanRelativePath(name) !== undefined, "is no relative path");
const texts = z.array(z.string().min(1)).min(1);
const lineSchema = z.object({
  q_img: imagePath,
  q_text: texts.optional(),
  q_texts: texts.optional(),
  t_img: imagePath,
  hns: z.array(imagePath),
});

/**
 * Reads a line of the released format, the first of `q_text` and `q_texts` that is there. Returns
 * what is wrong with it as a string: no JSON, a field missing, an image outside the dataset.
 */
export function parseMegaPairsLine({ text, number, problem }: TextLine): MegaPairsLine | string {
  if (text === undefined) return problem ?? "cannot be read";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join(".") || "line"}: ${issue?.message ?? "is malformed"}`;
  }
  const { q_img, q_text, q_texts, t_img, hns } = parsed.data;
  const instructions = q_text ?? q_texts;
  if (instructions === undefined) return "has neither q_text nor q_texts";
  return {
    line: number,
    queryImage: q_img,
    instructions,
    targetImage: t_img,
    hardNegativeImages: hns,
  };
}
