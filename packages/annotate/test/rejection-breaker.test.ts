import { describe, expect, it } from "vitest";
import { createRejectionBreaker } from "@megapairs/annotate";
import type { RejectionBreaker, RejectionBreakerSettings } from "@megapairs/annotate";
import { MegaPairsError } from "@megapairs/spec";

const REFUSAL = new MegaPairsError("rejected", "At most 1 image(s) may be provided", {
  details: { status: 400 },
});

/** Records outcomes, `-` for a refusal, and says after how many it tripped. */
function tripsAfter(outcomes: string, settings?: RejectionBreakerSettings): number | undefined {
  const breaker = createRejectionBreaker(settings);
  return (
    Array.from(outcomes).findIndex((outcome) => throws(breaker, outcome === "-")) + 1 || undefined
  );
}

function throws(breaker: RejectionBreaker, refused: boolean): boolean {
  try {
    breaker.record(refused ? REFUSAL : undefined);
    return false;
  } catch {
    return true;
  }
}

describe("createRejectionBreaker", () => {
  it("allows a fifth of the first 200, and trips on the next", () => {
    expect(tripsAfter(`${"-".repeat(40)}${"+".repeat(160)}`)).toBeUndefined();
    expect(tripsAfter("-".repeat(41))).toBe(41);
    expect(tripsAfter(`${"+".repeat(159)}${"-".repeat(41)}`)).toBe(200);
  });

  it("does not mind what comes after the window", () => {
    expect(tripsAfter(`${"+".repeat(160)}${"-".repeat(41)}`)).toBeUndefined();
    expect(tripsAfter(`${"+".repeat(200)}${"-".repeat(500)}`)).toBeUndefined();
  });

  it("takes another window and share", () => {
    expect(tripsAfter("-+-+-", { window: 5, maximumShare: 0.4 })).toBe(5);
    expect(tripsAfter("-+-+-", { window: 4, maximumShare: 0.5 })).toBeUndefined();
  });

  it("says how many, what the last said, and stays tripped", () => {
    const breaker = createRejectionBreaker({ window: 1 });
    const tripped = expect.objectContaining({
      code: "rejected",
      cause: REFUSAL,
      message: expect.stringMatching(/1 of the first 1 requests.*configuration.*At most 1 image/),
      details: { status: 400, requests: 1, refusals: 1 },
    });
    expect(() => breaker.record(REFUSAL)).toThrow(tripped);
    expect(() => breaker.record()).toThrow(tripped);
  });

  it.each([{ window: 0 }, { window: 1.5 }, { maximumShare: 0 }, { maximumShare: Number.NaN }])(
    "refuses %j",
    (settings) => {
      expect(() => createRejectionBreaker(settings)).toThrow(
        expect.objectContaining({ code: "invalid-argument" }),
      );
    },
  );
});
