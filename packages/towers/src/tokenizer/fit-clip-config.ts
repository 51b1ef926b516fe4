import { MegaPairsError } from "@megapairs/spec";
import type { ClipConfig } from "../clip/clip-config.ts";

/** A `tokenizer.json` as far as its ids matter. */
interface TokenizerIds {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

/** A CLIP config with the vocabulary of a tokenizer that `trainClipTokenizer` gave: size and marks. */
export function fitClipConfig(config: ClipConfig, { model }: TokenizerIds): ClipConfig {
  const end = Math.max(...Object.values(model.vocab));
  if (!(end >= 1)) {
    throw new MegaPairsError("invalid-argument", "the tokenizer has no vocabulary");
  }
  const marks = { bos_token_id: end - 1, eos_token_id: end, pad_token_id: end };
  return { ...config, text_config: { ...config.text_config, ...marks, vocab_size: end + 1 } };
}
