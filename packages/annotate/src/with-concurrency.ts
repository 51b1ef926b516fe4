import pLimit from "p-limit";
import type { VlmBackendV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { abortable } from "./abortable.ts";
import { wrapBackend } from "./wrap-backend.ts";

/** Settings of {@link withConcurrency}. */
export interface ConcurrencySettings {
  /** Most calls in flight. */
  readonly limit: number;
  /** Calls in flight at first. Default 16, or `limit` where that is smaller. */
  readonly initial?: number | undefined;
}

/**
 * The same backend with at most `limit` calls in flight; the others wait in the order they came.
 *
 * Starts with `initial` calls and allows one more with each call that succeeded, so the number in
 * flight doubles with each round of answers: a thousand requests begun at once stall the event loop
 * for seconds, and a server that fails is not met with more. A waiting call that is aborted rejects
 * at once with the signal's reason and never reaches the backend. `invalid-argument` unless
 * `1 <= initial <= limit`.
 */
export function withConcurrency(
  backend: VlmBackendV1,
  settings: ConcurrencySettings,
): VlmBackendV1 {
  const { limit, initial = Math.min(16, limit) } = settings;
  if (
    !Number.isSafeInteger(limit) ||
    !Number.isSafeInteger(initial) ||
    initial < 1 ||
    initial > limit
  ) {
    throw new MegaPairsError(
      "invalid-argument",
      `limit is ${limit} and initial ${initial}, expected whole numbers with 1 <= initial <= limit`,
    );
  }
  const places = pLimit(initial);

  return wrapBackend(backend, async (options) => {
    const call = places(async () => {
      options.signal?.throwIfAborted();
      const result = await backend.doGenerate(options);
      if (places.concurrency < limit) places.concurrency += 1;
      return result;
    });
    return abortable(call, options.signal);
  });
}
