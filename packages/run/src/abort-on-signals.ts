import { constants } from "node:os";

/** Settings of {@link abortOnSignals}. */
export interface AbortOnSignalsSettings {
  /** Told of the first signal, to say that a second one ends the process. */
  readonly onInterrupt?: ((name: NodeJS.Signals) => void) | undefined;
}

/** A signal that follows the process's signals. */
export interface SignalAbort {
  readonly signal: AbortSignal;
  /** Stops listening: the process's signals do again what they did before. */
  readonly dispose: () => void;
}

/**
 * Turns Ctrl-C into a graceful end. The first of the named signals aborts `signal` with a
 * `DOMException` named `AbortError`: shards in flight end, the run stays resumable. The second one
 * exits at once with 128 + the signal's number, as a shell reports a killed process.
 */
export function abortOnSignals(
  names: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"],
  { onInterrupt }: AbortOnSignalsSettings = {},
): SignalAbort {
  const controller = new AbortController();
  const listener = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
    controller.abort(new DOMException(`Interrupted by ${name}`, "AbortError"));
    onInterrupt?.(name);
  };
  for (const name of names) process.on(name, listener);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of names) process.off(name, listener);
    },
  };
}
