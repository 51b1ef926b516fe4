import { MegaPairsError } from "@megapairs/spec";
import type { EncodeOptions, EncoderInput, EncoderV1, MegaPairsErrorCode } from "@megapairs/spec";
import { checkCounts } from "./check-count.ts";
import { checkEmbeddings } from "./check-embeddings.ts";
import { mapAhead } from "./map-ahead.ts";

/** Options of {@link encode}. */
export interface EncodeInputsOptions {
  readonly encoder: EncoderV1;
  readonly inputs: readonly EncoderInput[];
  /** Which side of retrieval the inputs are on; `candidate` by default. */
  readonly role?: EncodeOptions["role"] | undefined;
  /** Inputs in one call, at most `supports.maxBatch`; 32 by default. */
  readonly batchSize?: number | undefined;
  /** Calls in flight; 2 by default, so that one batch is prepared while another computes. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch with the number of inputs done. */
  readonly onProgress?: ((completed: number) => void) | undefined;
}

/** An input that the encoder could not read. */
export interface EncodeReject {
  /** Position in `inputs`. */
  readonly index: number;
  readonly code: MegaPairsErrorCode;
  readonly reason: string;
}

/** Result of {@link encode}. Each input is either a row or a reject. */
export interface EncodeInputsResult {
  /** Row-major float32 `[indices.length, dimensions]`, every row of L2 norm 1 within 1e-3. */
  readonly embeddings: Float32Array;
  /** Position in `inputs` of each row, ascending: 0, 1, 2, … when nothing was rejected. */
  readonly indices: readonly number[];
  /** Ascending by index. */
  readonly rejects: readonly EncodeReject[];
}

/**
 * Encodes any number of inputs, in order, in batches that the encoder takes.
 *
 * Rejected inputs have no row: a row of zeros would be mistaken for an embedding. When a call fails
 * with `corrupt-data`, its batch is halved until the inputs at fault stand alone; only they are
 * rejected. Any other failure is the whole call's.
 *
 * Rejects with `invalid-argument` on a batch size or concurrency below 1, `unsupported` on an input
 * kind the encoder lacks, `invalid-output` when the encoder gives a wrong length, a value that is
 * not finite or a norm other than 1, and with whatever else the encoder rejects with.
 */
export async function encode(options: EncodeInputsOptions): Promise<EncodeInputsResult> {
  const { encoder, inputs, batchSize = 32, concurrency = 2, signal, onProgress } = options;
  checkCounts({ batchSize, concurrency });
  checkKinds(encoder, inputs);
  const size = Math.min(batchSize, encoder.supports.maxBatch);
  const starts = Array.from(
    { length: Math.ceil(inputs.length / size) },
    (_, batch) => batch * size,
  );
  const outcomes: Outcome[] = [];
  for await (const batch of mapAhead({
    items: starts,
    concurrency,
    work: (start, inner) =>
      encodeRange(options, start, Math.min(start + size, inputs.length), inner),
    signal,
  })) {
    for (const outcome of batch) outcomes.push(outcome);
    onProgress?.(outcomes.length);
  }
  return assemble(outcomes, encoder.dimensions);
}

/** A vector, or why there is none. */
type Outcome = Float32Array | MegaPairsError;

async function encodeRange(
  options: EncodeInputsOptions,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const { encoder, inputs, role = "candidate" } = options;
  const { dimensions } = encoder;
  try {
    signal.throwIfAborted();
    const batch = inputs.slice(start, end);
    const { embeddings } = await encoder.doEncode({ inputs: batch, role, signal });
    checkEmbeddings(encoder, embeddings, start, end);
    return batch.map((_, row) => embeddings.subarray(row * dimensions, (row + 1) * dimensions));
  } catch (error) {
    if (!MegaPairsError.isInstance(error) || error.code !== "corrupt-data") throw error;
    if (end - start === 1) return [error];
    const middle = start + Math.ceil((end - start) / 2);
    const first = await encodeRange(options, start, middle, signal);
    return first.concat(await encodeRange(options, middle, end, signal));
  }
}

function assemble(outcomes: readonly Outcome[], dimensions: number): EncodeInputsResult {
  const vectors: Float32Array[] = [];
  const indices: number[] = [];
  const rejects: EncodeReject[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof Float32Array) {
      vectors.push(outcome);
      indices.push(index);
    } else {
      rejects.push({ index, code: outcome.code, reason: outcome.message });
    }
  }
  const embeddings = new Float32Array(vectors.length * dimensions);
  for (const [row, vector] of vectors.entries()) embeddings.set(vector, row * dimensions);
  return { embeddings, indices, rejects };
}

function checkKinds({ modelId, supports }: EncoderV1, inputs: readonly EncoderInput[]): void {
  for (const [index, { type }] of inputs.entries()) {
    if (supports.inputs.includes(type)) continue;
    throw new MegaPairsError(
      "unsupported",
      `Input ${index} is ${type}; ${modelId} encodes ${supports.inputs.join(", ")}.`,
    );
  }
}
