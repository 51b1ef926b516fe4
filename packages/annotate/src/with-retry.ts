import { setTimeout as wait } from "node:timers/promises";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { VlmBackendV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { wrapBackend } from "./wrap-backend.ts";

/** Settings of {@link withRetry}. */
export interface RetrySettings {
  /** Calls in all, the first included. Default 4. */
  readonly attempts?: number | undefined;
  /** Default 500. */
  readonly minimumDelayMs?: number | undefined;
  /** Default 30,000. */
  readonly maximumDelayMs?: number | undefined;
  /** A server that asks to wait longer is given up at once. Default 600,000. */
  readonly maximumRetryAfterMs?: number | undefined;
  /** Of the jitter. Give each process its own, lest they all come back at once. Default 0. */
  readonly seed?: number | undefined;
  /** Waits, and rejects when the signal aborts. Default: a timer. */
  readonly sleep?:
    | ((delayMs: number, signal: AbortSignal | undefined) => Promise<void>)
    | undefined;
}

/**
 * The same backend, calling again what failed retryably: `unavailable`, `overloaded`, and
 * `invalid-output`, which from a backend means a broken envelope (HTML, truncated JSON). Answers
 * with unusable *text* are not seen here; `describePair` and `writeInstructions` ask for those again
 * with another seed.
 *
 * Before try n + 1 it waits a time drawn uniformly from `minimumDelayMs` to
 * `minimumDelayMs · 2^n`, at most `maximumDelayMs`; on top of what the server asked for
 * (`retryAfterMs`), if it did. Rejects with the last error as it is; when aborted, also while
 * waiting, with the signal's reason. `invalid-argument` on impossible settings.
 */
export function withRetry(backend: VlmBackendV1, settings: RetrySettings = {}): VlmBackendV1 {
  const { attempts = 4, minimumDelayMs = 500, maximumDelayMs = 30_000 } = settings;
  const { maximumRetryAfterMs = 600_000, seed = 0, sleep = timer } = settings;
  assertWhole("attempts", attempts, 1);
  assertWhole("minimumDelayMs", minimumDelayMs, 0);
  assertWhole("maximumDelayMs", maximumDelayMs, minimumDelayMs);
  assertWhole("seed", seed, Number.MIN_SAFE_INTEGER);
  const generator = xoroshiro128plus(seed);

  const delayMs = (attempt: number, retryAfterMs: number): number => {
    const most = Math.min(maximumDelayMs, minimumDelayMs * 2 ** attempt);
    return retryAfterMs + uniformInt(generator, minimumDelayMs, most);
  };

  const pause = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
    try {
      await sleep(ms, signal);
    } finally {
      signal?.throwIfAborted();
    }
  };

  return wrapBackend(backend, async (options) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await backend.doGenerate(options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!MegaPairsError.isInstance(error) || !error.retryable) throw error;
        const retryAfterMs = Math.max(0, error.retryAfterMs ?? 0);
        if (attempt >= attempts || retryAfterMs > maximumRetryAfterMs) throw error;
        await pause(delayMs(attempt, retryAfterMs), options.signal);
      }
    }
  });
}

async function timer(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  await wait(delayMs, undefined, { signal });
}

function assertWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new MegaPairsError(
    "invalid-argument",
    `${name} is ${value}, expected a whole number from ${least}`,
  );
}
