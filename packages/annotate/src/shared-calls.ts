import { abortable } from "./abortable.ts";

/** Calls in flight, by key. */
export interface SharedCalls<Value> {
  /**
   * Joins the call in flight under `key`, or makes it. The work's own signal aborts when every
   * caller has aborted, with the reason of the last.
   */
  call(
    key: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value>;
}

interface Call<Value> {
  readonly controller: AbortController;
  readonly result: Promise<Value>;
  waiting: number;
}

/** Makes identical calls that overlap in time one call. */
export function createSharedCalls<Value>(): SharedCalls<Value> {
  const calls = new Map<string, Call<Value>>();

  const begin = (key: string, work: (signal: AbortSignal) => Promise<Value>): Call<Value> => {
    const controller = new AbortController();
    const call = { controller, result: work(controller.signal), waiting: 0 };
    calls.set(key, call);
    return call;
  };
  const forget = (key: string, call: Call<Value>): void => {
    if (calls.get(key) === call) calls.delete(key);
  };

  return {
    async call(key, signal, work) {
      const call = calls.get(key) ?? begin(key, work);
      call.waiting += 1;
      try {
        return await abortable(call.result, signal);
      } finally {
        call.waiting -= 1;
        if (call.waiting === 0) {
          forget(key, call);
          if (signal?.aborted === true) call.controller.abort(signal.reason);
        }
      }
    },
  };
}
