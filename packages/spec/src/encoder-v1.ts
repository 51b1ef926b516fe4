import type { ImageSource } from "./image-source.ts";

/** One thing to embed: text, an image, or an image together with an instruction. */
export type EncoderInput =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly image: ImageSource }
  | { readonly type: "composed"; readonly image: ImageSource; readonly text: string };

/** What an encoder can do. Facts, not wishes: the conformance kit holds it to them. */
export interface EncoderSupports {
  /** Input kinds that {@link EncoderV1.doEncode} accepts. */
  readonly inputs: readonly EncoderInput["type"][];
  /** Most inputs in one call, at least 1. */
  readonly maxBatch: number;
}

/** Options of one {@link EncoderV1.doEncode} call. */
export interface EncodeOptions {
  /** Between 1 and `supports.maxBatch` inputs, of any mixture of supported kinds. */
  readonly inputs: readonly EncoderInput[];
  /** Which side of retrieval the inputs are on; encoders without prompts ignore it. */
  readonly role: "query" | "candidate";
  /** Aborting rejects the call with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Result of one {@link EncoderV1.doEncode} call. */
export interface EncodeResult {
  /** Row-major float32 `[inputs.length, dimensions]`, in input order, every row of L2 norm 1. */
  readonly embeddings: Float32Array;
}

/**
 * An encoder: turns text, images, or both into points of one shared space.
 *
 * The `do` prefix marks what an implementation provides. Callers use `encode()` of
 * `@megapairs/embed`, which batches, checks, and skips what is stored.
 *
 * `doEncode` rejects with `invalid-argument` on an empty or oversized batch, `unsupported` on an
 * input kind outside `supports.inputs`, `corrupt-data` on an image that does not decode.
 */
export interface EncoderV1 {
  readonly specificationVersion: "encoder-v1";
  /** Stable id, for example `openai/clip-vit-base-patch32`. */
  readonly modelId: string;
  /** SHA-256, lower-case hex, of weights and preprocessing: part of the key of all they compute. */
  readonly fingerprint: string;
  /** Length of one embedding. */
  readonly dimensions: number;
  readonly supports: EncoderSupports;

  doEncode(options: EncodeOptions): Promise<EncodeResult>;

  /** Frees sessions and threads. Calling it twice is harmless. */
  dispose?(): Promise<void>;
}
