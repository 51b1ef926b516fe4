import assert from "node:assert/strict";
import type { EncoderInput, EncoderSupports, EncoderV1 } from "@megapairs/spec";

/** What the tests of the encoder kit share. */
export interface EncoderTestBed {
  readonly supports: EncoderSupports;
  /** The suite's encoder, made on first use. */
  readonly encoder: () => Promise<EncoderV1>;
  /** Encodes copies in one call, as queries, and splits the result into rows. */
  readonly rows: (...inputs: readonly EncoderInput[]) => Promise<Float32Array[]>;
  /** Disposes the encoder, if one was made. */
  readonly close: () => Promise<void>;
}

/** Makes what the tests of the encoder kit share. */
export function createEncoderTestBed(subject: {
  readonly create: () => EncoderV1 | Promise<EncoderV1>;
  readonly supports: EncoderSupports;
}): EncoderTestBed {
  let shared: Promise<EncoderV1> | undefined;
  const encoder = (): Promise<EncoderV1> => (shared ??= Promise.resolve(subject.create()));
  return {
    supports: subject.supports,
    encoder,
    async rows(...inputs) {
      const made = await encoder();
      const { embeddings } = await made.doEncode({
        inputs: structuredClone(inputs),
        role: "query",
      });
      return splitRows(embeddings, inputs.length, made.dimensions);
    },
    async close() {
      await (await shared)?.dispose?.();
    },
  };
}

/** The rows of an {@link EncodeResult}, copied, after a check of its type and size. */
export function splitRows(
  embeddings: Float32Array,
  count: number,
  dimensions: number,
): Float32Array[] {
  assert.ok(embeddings instanceof Float32Array, "embeddings are not a Float32Array");
  assert.equal(
    embeddings.length,
    count * dimensions,
    "embeddings are not inputs × dimensions long",
  );
  return Array.from({ length: count }, (_, row) =>
    embeddings.slice(row * dimensions, (row + 1) * dimensions),
  );
}

/** Euclidean distance of two rows. NaN where one holds NaN. */
function distance(left: Float32Array | undefined, right: Float32Array | undefined): number {
  assert.ok(left !== undefined && right !== undefined);
  return Math.hypot(...left.map((value, column) => value - (right[column] ?? Number.NaN)));
}

/** Asserts that two rows are closer than float32 kernels differ between batch sizes. */
export function assertSameRow(
  actual: Float32Array | undefined,
  expected: Float32Array | undefined,
  what: string,
): void {
  const apart = distance(actual, expected);
  assert.ok(apart < 1e-4, `${what}: rows are ${apart} apart, expected less than 1e-4`);
}

/** Asserts that two rows are not the same point. */
export function assertDifferentRows(
  left: Float32Array | undefined,
  right: Float32Array | undefined,
  what: string,
): void {
  const apart = distance(left, right);
  assert.ok(apart > 1e-5, `${what}: rows are ${apart} apart, expected more than 1e-5`);
}
