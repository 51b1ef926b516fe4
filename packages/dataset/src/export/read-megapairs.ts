import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";
import type { RejectRecord } from "@megapairs/spec";
import { z } from "zod";

import { cleanRelativePath } from "../corpus/file-name.ts";
import { readLines } from "../corpus/read-lines.ts";
import type { TextLine } from "../corpus/read-lines.ts";

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

/** What to read. */
export interface ReadMegaPairsOptions {
  /** A file in the released format. */
  readonly jsonl: string;
  /** Takes the lines that cannot be used; without it the first of them rejects. */
  readonly onReject?: ((reject: RejectRecord) => void) | undefined;
}

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
 * Reads a dataset in the format in which MegaPairs was released, the first of `q_text` and
 * `q_texts` that is there. Rejects with `corrupt-data`, naming the line, on one that is malformed
 * or names an image outside the dataset.
 */
export async function* readMegaPairs(options: ReadMegaPairsOptions): AsyncGenerator<MegaPairsLine> {
  const name = path.basename(options.jsonl);
  for await (const line of readLines(options.jsonl, { maxLineBytes: 16 * 2 ** 20 })) {
    const parsed = parseLine(line);
    if (typeof parsed !== "string") {
      yield parsed;
      continue;
    }
    const reason = `${name}#${line.number}: ${parsed}`;
    if (options.onReject === undefined) throw new MegaPairsError("corrupt-data", reason);
    options.onReject({ item: `${name}#${line.number}`, code: "corrupt-data", reason });
  }
}

function parseLine({ text, number, problem }: TextLine): MegaPairsLine | string {
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
