/** Settles as `work` does, or rejects with the signal's reason as soon as that aborts. */
export async function abortable<Value>(
  work: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return work;
  return new Promise<Value>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    const settled = work.finally(() => signal.removeEventListener("abort", abort));
    settled.then(resolve, reject);
  });
}
