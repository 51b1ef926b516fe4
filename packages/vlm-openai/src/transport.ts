// oxlint-disable typescript/no-unsafe-type-assertion -- undici declares the types of fetch anew; the values are the same
import { Agent, fetch as undiciFetch } from "undici";

/** A way to send requests, with sockets of its own. */
export interface Transport {
  readonly fetch: typeof fetch;
  /** Closes the sockets; calls in flight fail. Calling it twice is harmless. */
  readonly close: () => Promise<void>;
}

type UndiciFetch = typeof undiciFetch;

/** Below the 5 s after which uvicorn, under vLLM and SGLang, drops an idle connection. */
const KEEP_ALIVE_MS = 4000;

/**
 * A transport with an undici agent of its own, without undici's time limits: a request may wait
 * long in a server's queue, and the backend has a deadline of its own.
 */
export function createTransport(): Transport {
  const dispatcher = new Agent({
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  let closed: Promise<void> | undefined;
  const send: UndiciFetch = async (input, init) => undiciFetch(input, { ...init, dispatcher });
  return {
    fetch: send as unknown as typeof fetch,
    close: async () => (closed ??= dispatcher.destroy()),
  };
}
