/**
 * Every reason for which a package of this repository throws on purpose.
 *
 * | code               | retryable | meaning                                                        |
 * | ------------------ | --------- | -------------------------------------------------------------- |
 * | `invalid-argument` | no        | The caller broke a documented precondition.                    |
 * | `unsupported`      | no        | The model or backend cannot do this; see its `supports`.       |
 * | `rejected`         | no        | The backend refused this request (HTTP 4xx other than below).  |
 * | `overloaded`       | yes       | The backend asked to be called later (HTTP 408, 409, 429).     |
 * | `unavailable`      | yes       | The backend failed or could not be reached (HTTP 5xx, socket). |
 * | `invalid-output`   | yes       | The backend answered, but not in the documented shape.         |
 * | `corrupt-data`     | no        | A file or table does not hold what its format promises.        |
 */
export type MegaPairsErrorCode =
  | "invalid-argument"
  | "unsupported"
  | "rejected"
  | "overloaded"
  | "unavailable"
  | "invalid-output"
  | "corrupt-data";

/** Small, serialisable facts about an error, for logs. Never a credential, never image bytes. */
export type MegaPairsErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** What a {@link MegaPairsError} carries besides its code and message. */
export interface MegaPairsErrorOptions extends ErrorOptions {
  /** Milliseconds the backend asked to wait before the next attempt. */
  readonly retryAfterMs?: number | undefined;
  readonly details?: MegaPairsErrorDetails | undefined;
}

const RETRYABLE: ReadonlySet<MegaPairsErrorCode> = new Set([
  "overloaded",
  "unavailable",
  "invalid-output",
]);

/** The one error class of this repository: told apart by {@link MegaPairsError.code}. */
export class MegaPairsError extends Error {
  /** Brand that survives duplicate copies of this package, where `instanceof` does not. */
  readonly isMegaPairsError = true as const;
  readonly code: MegaPairsErrorCode;
  /** True when the same call may succeed later. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly details: MegaPairsErrorDetails;

  constructor(code: MegaPairsErrorCode, message: string, options: MegaPairsErrorOptions = {}) {
    super(message, options);
    this.name = "MegaPairsError";
    this.code = code;
    this.retryable = RETRYABLE.has(code);
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details ?? {};
  }

  /** Recognises an error of this class, from any copy of this package. */
  static isInstance(error: unknown): error is MegaPairsError {
    return error instanceof Error && "isMegaPairsError" in error && error.isMegaPairsError === true;
  }
}
