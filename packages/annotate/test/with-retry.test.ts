import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { withRetry } from "@megapairs/annotate";
import type { RetrySettings } from "@megapairs/annotate";
import { createFakeVlm } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { GenerateOptions, VlmBackendV1 } from "@megapairs/spec";

const CALL: GenerateOptions = {
  prompt: [{ type: "text", text: "?" }],
  maxOutputTokens: 8,
  temperature: 0,
};

function failing(errors: readonly Error[]): { backend: VlmBackendV1; calls: () => number } {
  let calls = 0;
  const backend = createFakeVlm({
    answer() {
      const error = errors[calls];
      calls += 1;
      if (error !== undefined) throw error;
      return `answer ${calls}`;
    },
  });
  return { backend, calls: () => calls };
}

function recording(settings: RetrySettings = {}): { settings: RetrySettings; delays: number[] } {
  const delays: number[] = [];
  return { delays, settings: { ...settings, sleep: async (delayMs) => void delays.push(delayMs) } };
}

const unavailable = (): MegaPairsError => new MegaPairsError("unavailable", "HTTP 503");

describe("withRetry", () => {
  it.each(["unavailable", "overloaded", "invalid-output"] as const)("retries %s", async (code) => {
    const { backend, calls } = failing([new MegaPairsError(code, "once")]);
    const { settings, delays } = recording();
    await expect(withRetry(backend, settings).doGenerate(CALL)).resolves.toMatchObject({
      text: "answer 2",
    });
    expect(calls()).toBe(2);
    expect(delays).toHaveLength(1);
  });

  it.each([
    new MegaPairsError("rejected", "HTTP 400"),
    new MegaPairsError("unsupported", "three images"),
    new TypeError("a bug"),
  ])("passes on %s as it is", async (error) => {
    const { backend, calls } = failing([error]);
    const { settings } = recording();
    await expect(withRetry(backend, settings).doGenerate(CALL)).rejects.toBe(error);
    expect(calls()).toBe(1);
  });

  it("gives up after four calls with the last error", async () => {
    const errors = Array.from({ length: 5 }, unavailable);
    const { backend, calls } = failing(errors);
    const { settings, delays } = recording();
    await expect(withRetry(backend, settings).doGenerate(CALL)).rejects.toBe(errors[3]);
    expect(calls()).toBe(4);
    expect(delays).toHaveLength(3);
  });

  it("draws its delays from a range that doubles, the same ones from the same seed", async () => {
    const delaysOf = async (seed: number): Promise<readonly number[]> => {
      const { settings, delays } = recording({ attempts: 10, maximumDelayMs: 3000, seed });
      const { backend } = failing(Array.from({ length: 10 }, unavailable));
      await withRetry(backend, settings)
        .doGenerate(CALL)
        .catch(() => undefined);
      return delays;
    };
    const delays = await delaysOf(1);
    expect(delays).toHaveLength(9);
    for (const [index, delayMs] of delays.entries()) {
      expect(delayMs).toBeGreaterThanOrEqual(500);
      expect(delayMs).toBeLessThanOrEqual(Math.min(3000, 500 * 2 ** (index + 1)));
    }
    expect(await delaysOf(1)).toEqual(delays);
    expect(await delaysOf(2)).not.toEqual(delays);
  });

  it("waits at least as long as the server asks, and gives up when that is too long", async () => {
    const busy = (retryAfterMs: number): Error =>
      new MegaPairsError("overloaded", "HTTP 429", { retryAfterMs });
    const { settings, delays } = recording({ maximumRetryAfterMs: 90_000 });
    await withRetry(failing([busy(90_000)]).backend, settings).doGenerate(CALL);
    expect(delays[0]).toBeGreaterThanOrEqual(90_500);
    const late = busy(90_001);
    await expect(withRetry(failing([late]).backend, settings).doGenerate(CALL)).rejects.toBe(late);
    expect(delays).toHaveLength(1);
  });

  it("rejects with the signal's reason when aborted while its timer runs", async () => {
    const { backend, calls } = failing([unavailable()]);
    const controller = new AbortController();
    const reason = new Error("stop");
    const retrying = withRetry(backend, { minimumDelayMs: 30_000 });
    const call = retrying.doGenerate({ ...CALL, signal: controller.signal });
    await turn();
    expect(calls()).toBe(1);
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(calls()).toBe(1);
  });

  it("does not call again after an abort that its sleep overlooked", async () => {
    const { backend, calls } = failing([unavailable()]);
    const controller = new AbortController();
    const reason = new Error("stop");
    const sleep = async (): Promise<void> => controller.abort(reason);
    const call = withRetry(backend, { sleep }).doGenerate({ ...CALL, signal: controller.signal });
    await expect(call).rejects.toBe(reason);
    expect(calls()).toBe(1);
  });

  it.each([{ attempts: 0 }, { minimumDelayMs: -1 }, { maximumDelayMs: 499 }, { seed: 0.5 }])(
    "refuses %j",
    (settings) => {
      expect(() => withRetry(createFakeVlm(), settings)).toThrow(
        expect.objectContaining({ code: "invalid-argument" }),
      );
    },
  );
});
