import { MegaPairsError } from "@megapairs/spec";
import type { MegaPairsErrorCode } from "@megapairs/spec";
import { APIConnectionError, APIError } from "openai";
import { retryAfterMs } from "./retry-after.ts";

const OVERLOADED: ReadonlySet<number> = new Set([408, 409, 429]);

function codeOf(status: number): MegaPairsErrorCode {
  if (OVERLOADED.has(status)) return "overloaded";
  return status >= 500 ? "unavailable" : "rejected";
}

function deepestMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return error.cause === undefined ? (code ?? error.message) : deepestMessage(error.cause);
}

/** Where a call went and how to speak of it. */
export interface CallErrorContext {
  /** Host and port of the server. */
  readonly host: string;
  /** See {@link createExcerpt}. */
  readonly excerpt: (text: string) => string;
}

/**
 * The error that stands for what the `openai` client threw.
 *
 * A status becomes `overloaded` (408, 409, 429), `unavailable` (5xx) or `rejected` (the others),
 * with `details.status` and without the client's error as cause: that holds the server's whole
 * body, which may echo the request. Everything else is a connection that failed: `unavailable`.
 */
export function callError(thrown: unknown, { host, excerpt }: CallErrorContext): MegaPairsError {
  if (MegaPairsError.isInstance(thrown)) return thrown;
  if (thrown instanceof APIError && typeof thrown.status === "number") {
    const { status, headers, message } = thrown;
    const said = excerpt(message.replace(/^\d{3} /, ""));
    return new MegaPairsError(codeOf(status), `HTTP ${status} from ${host}: ${said}`, {
      retryAfterMs: headers instanceof Headers ? retryAfterMs(headers) : undefined,
      details: { status },
    });
  }
  const cause: unknown = thrown instanceof APIConnectionError ? (thrown.cause ?? thrown) : thrown;
  const message = `no answer from ${host}: ${excerpt(deepestMessage(cause))}`;
  return new MegaPairsError("unavailable", message, { cause });
}
