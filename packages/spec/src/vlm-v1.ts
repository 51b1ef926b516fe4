import type { ImageBytes } from "./image-source.ts";

/** One piece of a prompt, in reading order. */
export type PromptPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly image: ImageBytes };

/** What a backend can do. A pipeline reads it before the run, not after the first failure. */
export interface VlmSupports {
  /** Most images in one call; 0 for a text-only model. */
  readonly maxImages: number;
  /** The backend can be told to answer in JSON of a given schema. */
  readonly jsonSchema: boolean;
  /** Two calls with the same seed give the same text. */
  readonly seed: boolean;
}

/** Options of one {@link VlmBackendV1.doGenerate} call. */
export interface GenerateOptions {
  readonly system?: string | undefined;
  readonly prompt: readonly PromptPart[];
  /** Tokens. */
  readonly maxOutputTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly seed?: number | undefined;
  /** JSON Schema of the answer. Left out with a warning where `supports.jsonSchema` is false. */
  readonly jsonSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Result of one {@link VlmBackendV1.doGenerate} call. */
export interface GenerateResult {
  readonly text: string;
  readonly finishReason: "stop" | "length" | "content-filter" | "other";
  /** Tokens, as far as the backend reports them. */
  readonly usage: { readonly input: number | undefined; readonly output: number | undefined };
  /** Requested features that were not applied. Empty when all were. */
  readonly warnings: readonly string[];
}

/**
 * A vision-language backend: one prompt in, one answer out.
 *
 * It does no retrying, no rate limiting, no caching, and no parsing of the answer: these belong
 * to the caller, once, for every backend alike (`withRetry`, `withConcurrency`, `withLedger` of
 * `@megapairs/annotate`).
 *
 * An unsupported option warns; an unsupported input (more than `supports.maxImages` images)
 * rejects with `unsupported`. A failed call rejects with `rejected`, `overloaded`, `unavailable`
 * or `invalid-output`; an aborted one with the signal's reason.
 */
export interface VlmBackendV1 {
  readonly specificationVersion: "vlm-v1";
  /** Who serves the model, for logs: `openai`, `scenes`. */
  readonly provider: string;
  readonly modelId: string;
  readonly supports: VlmSupports;

  doGenerate(options: GenerateOptions): Promise<GenerateResult>;

  /** Frees sockets and threads. Calling it twice is harmless. */
  dispose?(): Promise<void>;
}
