import { MegaPairsError } from "@megapairs/spec";
import { excerpt } from "./plain-text.ts";

/** Settings of {@link createRejectionBreaker}. */
export interface RejectionBreakerSettings {
  /** How many requests are watched, from the first. Default 200. */
  readonly window?: number | undefined;
  /** Share of the window above which refusals are no accident, in (0, 1]. Default 0.2. */
  readonly maximumShare?: number | undefined;
}

/** Watches the first requests of a run. Share one among all shards of a stage. */
export interface RejectionBreaker {
  /**
   * Counts an outcome; `refusal` is the error where the backend refused. Throws `rejected` once
   * refusals exceed the share of the window, and on every later call.
   */
  record(refusal?: MegaPairsError): void;
}

/**
 * Tells items at fault from a configuration at fault: a request refused with HTTP 400, 413 or 422 is
 * its item's fault, but when more than a fifth of the first 200 are refused, the run should stop
 * instead of turning the corpus into rejects (a server that takes one image, a prompt too long for
 * the model, an unknown field). It trips as soon as that many are reached. `invalid-argument` on
 * impossible settings.
 */
export function createRejectionBreaker(settings: RejectionBreakerSettings = {}): RejectionBreaker {
  const { window = 200, maximumShare = 0.2 } = settings;
  if (!Number.isSafeInteger(window) || window < 1 || !(maximumShare > 0 && maximumShare <= 1)) {
    throw new MegaPairsError(
      "invalid-argument",
      `window is ${window} and maximumShare ${maximumShare}, expected a whole number from 1 and a share in (0, 1]`,
    );
  }
  const most = Math.floor(window * maximumShare);
  let requests = 0;
  let refusals = 0;
  let last: MegaPairsError | undefined;

  return {
    record(refusal) {
      if (requests < window && refusals <= most) {
        requests += 1;
        if (refusal !== undefined) {
          refusals += 1;
          last = refusal;
        }
      }
      if (refusals <= most) return;
      throw new MegaPairsError(
        "rejected",
        `${refusals} of the first ${requests} requests were refused, at most ${most} of ${window} are taken for accidents: check the configuration; the last said: ${excerpt(last?.message ?? "")}`,
        { cause: last, details: { requests, refusals, ...last?.details } },
      );
    },
  };
}
