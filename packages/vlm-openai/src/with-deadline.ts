import { MegaPairsError } from "@megapairs/spec";

/** Options of {@link withDeadline}. */
export interface DeadlineOptions {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds for the whole call, its answer's last byte included. */
  readonly timeoutMs: number;
}

/**
 * Runs a call that ends when `signal` is aborted, with its reason, or when time is up, with
 * `unavailable`: even where the call ignores the signal it is given.
 */
export async function withDeadline<T>(
  { signal, timeoutMs }: DeadlineOptions,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const forward = (): void => controller.abort(signal?.reason);
  const expire = (): void =>
    controller.abort(new MegaPairsError("unavailable", `no answer within ${timeoutMs} ms.`));
  const timer = setTimeout(expire, timeoutMs);
  signal?.addEventListener("abort", forward, { once: true });
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason as unknown));
  });
  try {
    return await Promise.race([call(controller.signal), ended]);
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", forward);
  }
}
