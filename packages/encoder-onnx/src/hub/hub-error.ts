import { HubApiError } from "@huggingface/hub";
import { MegaPairsError } from "@megapairs/spec";

/** The error for a hub call that failed: by HTTP status, else `unavailable`. */
export function hubError(cause: unknown, subject: string): MegaPairsError {
  if (MegaPairsError.isInstance(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `${subject}: ${reason.replaceAll(/\s+/gu, " ")}`;
  if (!(cause instanceof HubApiError)) return new MegaPairsError("unavailable", message, { cause });
  const { statusCode } = cause;
  const details = { statusCode };
  if ([408, 409, 429].includes(statusCode)) {
    return new MegaPairsError("overloaded", message, { cause, details });
  }
  const code = statusCode >= 500 ? "unavailable" : "rejected";
  return new MegaPairsError(code, message, { cause, details });
}
