import type { GenerateResult } from "@megapairs/spec";

/** One raw answer, as the backend gave it. */
export interface LedgerEntry extends GenerateResult {
  readonly provider: string;
  readonly modelId: string;
}

/**
 * Where raw answers are kept, content-addressed, apart from what was parsed out of them: parsing
 * again is free, and a paid answer is never thrown away. Methods may be called at the same time.
 */
export interface ResponseLedger {
  /** `key`: 64 lower-case hex digits, see `requestKey`. Undefined where nothing is kept. */
  get(key: string): Promise<LedgerEntry | undefined>;
  /** Resolves when the entry would survive a crash. Putting the same key again is harmless. */
  put(key: string, entry: LedgerEntry): Promise<void>;
}

/** A ledger that lasts as long as the process: for tests, and to share answers within one run. */
export function createMemoryLedger(): ResponseLedger {
  const entries = new Map<string, LedgerEntry>();
  return {
    async get(key) {
      return entries.get(key);
    },
    async put(key, entry) {
      entries.set(key, entry);
    },
  };
}
