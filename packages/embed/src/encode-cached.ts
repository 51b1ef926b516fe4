import { MegaPairsError } from "@megapairs/spec";
import type { EncodeOptions, EncoderInput, EncoderV1 } from "@megapairs/spec";
import { checkCounts } from "./check-count.ts";
import { chunk } from "./chunk.ts";
import { encode } from "./encode.ts";
import type { EncodeReject } from "./encode.ts";
import { mapAhead } from "./map-ahead.ts";
import type { CachedVector, VectorCache } from "./vector-cache.ts";

/** An input that is only read where its vector is not known yet. */
export interface LazyInput {
  /** SHA-256, lower-case hex, of all that decides the vector, encoder aside: content and role. */
  readonly key: string;
  /** May reject with a `MegaPairsError`: the input is then rejected with its code. */
  readonly load: (signal: AbortSignal) => Promise<EncoderInput>;
}

/** Options of {@link encodeCached}. */
export interface EncodeCachedOptions {
  readonly encoder: EncoderV1;
  readonly cache: VectorCache;
  /** Equal keys are encoded once. */
  readonly inputs: readonly LazyInput[];
  /** Which side of retrieval the inputs are on. */
  readonly role: EncodeOptions["role"];
  /** Inputs read and encoded together, and kept together; 32 by default. */
  readonly batchSize?: number | undefined;
  /** Batches in work at once; 2 by default: one is read while another is encoded. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called at the start with the distinct inputs that are kept, then after each batch with all done. */
  readonly onProgress?: ((completed: number, total: number) => void) | undefined;
}

/** Result of {@link encodeCached}. */
export interface EncodeCachedResult {
  /** Row-major float32 `[inputs.length, dimensions]`; the row of a rejected input is zeros. */
  readonly embeddings: Float32Array;
  /** Ascending by index. */
  readonly rejects: readonly EncodeReject[];
  /** Inputs that were kept before. */
  readonly cached: number;
}

/**
 * Encodes inputs of which some were encoded before, in order. What is new is kept batch by batch, so that
 * the same call goes on where one was stopped.
 *
 * Rejects as `encode` does; what an input's `load` rejects with stands for that input alone.
 */
export async function encodeCached(options: EncodeCachedOptions): Promise<EncodeCachedResult> {
  const { encoder, cache, inputs, batchSize = 32, concurrency = 2, signal, onProgress } = options;
  checkCounts({ batchSize, concurrency });
  const { dimensions } = encoder;
  const embeddings = new Float32Array(inputs.length * dimensions);
  const rows = Map.groupBy(inputs.keys(), (index) => inputs[index]!.key);
  const absent = new Set(
    await cache.fill(
      inputs.map(({ key }) => key),
      embeddings,
    ),
  );
  const fresh = [...rows.values()].map(([first]) => first!).filter((index) => absent.has(index));
  const rejects: EncodeReject[] = [];
  let completed = rows.size - fresh.length;
  onProgress?.(completed, rows.size);
  for await (const batch of mapAhead({
    items: chunk(fresh, batchSize),
    concurrency,
    work: (indexes, inner) => encodeBatch(options, indexes, inner),
    signal,
  })) {
    await cache.append(batch.vectors);
    for (const { key, vector } of batch.vectors) {
      for (const index of rows.get(key)!) embeddings.set(vector, index * dimensions);
    }
    for (const reject of batch.rejects) {
      for (const index of rows.get(inputs[reject.index]!.key)!) rejects.push({ ...reject, index });
    }
    completed += batch.vectors.length + batch.rejects.length;
    onProgress?.(completed, rows.size);
  }
  return {
    embeddings,
    rejects: rejects.toSorted((one, other) => one.index - other.index),
    cached: inputs.length - absent.size,
  };
}

async function encodeBatch(
  { encoder, inputs, role }: EncodeCachedOptions,
  indexes: readonly number[],
  signal: AbortSignal,
): Promise<{ readonly vectors: CachedVector[]; readonly rejects: EncodeReject[] }> {
  const loaded: { readonly index: number; readonly input: EncoderInput }[] = [];
  const rejects: EncodeReject[] = [];
  const results = await Promise.allSettled(indexes.map((index) => inputs[index]!.load(signal)));
  signal.throwIfAborted();
  for (const [place, result] of results.entries()) {
    const index = indexes[place]!;
    if (result.status === "fulfilled") loaded.push({ index, input: result.value });
    else if (MegaPairsError.isInstance(result.reason)) {
      const { code, message } = result.reason;
      rejects.push({ index, code, reason: message });
    } else throw result.reason;
  }
  const { dimensions } = encoder;
  const encoded = await encode({
    encoder,
    inputs: loaded.map(({ input }) => input),
    role,
    batchSize: Math.max(1, loaded.length),
    concurrency: 1,
    signal,
  });
  for (const reject of encoded.rejects)
    rejects.push({ ...reject, index: loaded[reject.index]!.index });
  const vectors = encoded.indices.map((place, row) => ({
    key: inputs[loaded[place]!.index]!.key,
    vector: encoded.embeddings.slice(row * dimensions, (row + 1) * dimensions),
  }));
  return { vectors, rejects };
}
