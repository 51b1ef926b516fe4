import type { GenerateOptions, GenerateResult, VlmBackendV1 } from "@megapairs/spec";
import { requestKey } from "./request-key.ts";
import type { ResponseLedger } from "./response-ledger.ts";
import { createSharedCalls } from "./shared-calls.ts";
import { wrapBackend } from "./wrap-backend.ts";

/** Settings of {@link withLedger}. */
export interface LedgerSettings {
  /**
   * Whatever shapes answers and is not in the request: the server's profile, `top_p`, extra fields,
   * a revision of the weights. Answers under another scope are not found. Default: empty.
   */
  readonly scope?: string | undefined;
}

/**
 * The same backend, answering from a ledger what was answered before, and keeping every new answer.
 *
 * Requests are told apart by {@link requestKey}. Identical requests in flight are one call; it is
 * aborted only when all who wait for it have aborted. Kept are answers that the model finished or
 * that ran into a limit or filter; not failures, and not `finishReason` "other", which a server also
 * gives when it is shut down. The outermost wrapper, so that an answer known already takes no place
 * and no retry. What the ledger throws passes through.
 */
export function withLedger(
  backend: VlmBackendV1,
  ledger: ResponseLedger,
  settings: LedgerSettings = {},
): VlmBackendV1 {
  const { provider, modelId } = backend;
  const shared = createSharedCalls<GenerateResult>();

  const answer = async (key: string, options: GenerateOptions): Promise<GenerateResult> => {
    const kept = await ledger.get(key);
    if (kept !== undefined) {
      const { text, finishReason, usage, warnings } = kept;
      return { text, finishReason, usage, warnings };
    }
    options.signal?.throwIfAborted();
    const result = await backend.doGenerate(options);
    if (result.finishReason !== "other") await ledger.put(key, { ...result, provider, modelId });
    return result;
  };

  return wrapBackend(backend, async (options) => {
    const key = requestKey(backend, options, settings.scope);
    return shared.call(key, options.signal, async (signal) => answer(key, { ...options, signal }));
  });
}
