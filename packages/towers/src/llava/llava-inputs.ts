import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { LlavaConfig } from "./llava-config.ts";
import { llavaImageTokens } from "./llava-image-tokens.ts";

/** Settings of {@link llavaInputs}. */
export interface LlavaInputsSettings {
  readonly config: LlavaConfig;
  /** Ids of a prompt, its begin mark included; `<image>` is the one id `config.image_token_index`. */
  readonly tokenize: (prompt: string) => readonly number[];
  /** What stands before shorter prompts; it is masked, so that any id will do. Default 0. */
  readonly padToken?: number | undefined;
  /** Tokens of a row, longer prompts are refused. Default: as many as the longest has. */
  readonly length?: number | undefined;
}

/** Inputs of a LLaVA tower besides the images: int64 [prompts, length] each. */
export interface LlavaInputs {
  readonly input_ids: OnnxTensor;
  /** 0 where padded. */
  readonly attention_mask: OnnxTensor;
}

/**
 * Prompts as the tower takes them: `<image>` as many times as an image has patches, then padded on
 * the left.
 *
 * Throws `invalid-argument` for a prompt with more than one image, or longer than `length`.
 */
export function llavaInputs(
  prompts: readonly string[],
  { config, tokenize, padToken = 0, length }: LlavaInputsSettings,
): LlavaInputs {
  const rows = prompts.map((prompt) => expandImage(tokenize(prompt), prompt, config));
  const most = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const columns = length ?? most;
  if (most > columns) {
    throw new MegaPairsError(
      "invalid-argument",
      `a prompt has ${most} tokens, expected at most ${columns}`,
    );
  }
  const ids = new BigInt64Array(rows.length * columns).fill(BigInt(padToken));
  const mask = new BigInt64Array(ids.length);
  for (const [index, row] of rows.entries()) {
    const start = (index + 1) * columns - row.length;
    ids.set(row.map(BigInt), start);
    mask.fill(1n, start, start + row.length);
  }
  const dims = [rows.length, columns];
  return {
    input_ids: createOnnxTensor("int64", ids, dims),
    attention_mask: createOnnxTensor("int64", mask, dims),
  };
}

function expandImage(ids: readonly number[], prompt: string, config: LlavaConfig): number[] {
  const token = config.image_token_index;
  const images = ids.filter((id) => id === token).length;
  if (images > 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `the prompt "${prompt}" has ${images} images, expected at most one`,
    );
  }
  const patches = Array.from({ length: llavaImageTokens(config) }, () => token);
  return ids.flatMap((id) => (id === token ? patches : [id]));
}
