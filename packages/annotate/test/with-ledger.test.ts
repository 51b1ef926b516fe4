import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createMemoryLedger, requestKey, withLedger } from "@megapairs/annotate";
import { createFakeVlm } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { GenerateOptions, GenerateResult, VlmBackendV1 } from "@megapairs/spec";

const CALL: GenerateOptions = {
  prompt: [{ type: "text", text: "?" }],
  maxOutputTokens: 8,
  temperature: 0,
};

interface Open {
  readonly signal: AbortSignal | undefined;
  readonly end: () => void;
}

function counting(finishReason: GenerateResult["finishReason"] = "stop"): {
  backend: VlmBackendV1;
  calls: () => number;
} {
  let calls = 0;
  const fake = createFakeVlm({ answer: () => `answer ${(calls += 1)}` });
  const doGenerate: VlmBackendV1["doGenerate"] = async (options) => ({
    ...(await fake.doGenerate(options)),
    finishReason,
  });
  return { backend: { ...fake, doGenerate }, calls: () => calls };
}

function gated(): { backend: VlmBackendV1; open: Open[] } {
  const open: Open[] = [];
  const backend = createFakeVlm({
    answer: async ({ signal }) =>
      new Promise((resolve, reject) => {
        open.push({ signal, end: () => resolve("said") });
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  return { backend, open };
}

describe("withLedger", () => {
  it("keeps an answer and gives it back, in another wrapper too", async () => {
    const ledger = createMemoryLedger();
    const { backend, calls } = counting();
    const first = await withLedger(backend, ledger).doGenerate(CALL);
    const again = await withLedger(backend, ledger).doGenerate(CALL);
    expect(again).toEqual(first);
    expect(calls()).toBe(1);
    expect(await ledger.get(requestKey(backend, CALL))).toEqual({
      ...first,
      provider: backend.provider,
      modelId: backend.modelId,
    });
  });

  it("asks again for another seed and in another scope", async () => {
    const ledger = createMemoryLedger();
    const { backend, calls } = counting();
    await withLedger(backend, ledger).doGenerate(CALL);
    await withLedger(backend, ledger).doGenerate({ ...CALL, seed: 1 });
    await withLedger(backend, ledger, { scope: "top_p 0.9" }).doGenerate(CALL);
    expect(calls()).toBe(3);
  });

  it.each([
    ["length", 1],
    ["content-filter", 1],
    ["other", 2],
  ] as const)("after two questions that end by %s has called %i times", async (reason, times) => {
    const { backend, calls } = counting(reason);
    const kept = withLedger(backend, createMemoryLedger());
    await kept.doGenerate(CALL);
    await kept.doGenerate(CALL);
    expect(calls()).toBe(times);
  });

  it("keeps no failure", async () => {
    let calls = 0;
    const backend = createFakeVlm({
      answer() {
        calls += 1;
        if (calls === 1) throw new MegaPairsError("unavailable", "HTTP 500");
        return "said";
      },
    });
    const kept = withLedger(backend, createMemoryLedger());
    await expect(kept.doGenerate(CALL)).rejects.toMatchObject({ code: "unavailable" });
    await expect(kept.doGenerate(CALL)).resolves.toMatchObject({ text: "said" });
  });

  it("rejects where the ledger cannot keep an answer", async () => {
    const full = new Error("ENOSPC");
    const ledger = { get: async () => undefined, put: async () => Promise.reject(full) };
    await expect(withLedger(createFakeVlm(), ledger).doGenerate(CALL)).rejects.toBe(full);
  });

  it("makes identical calls in flight one call", async () => {
    const { backend, open } = gated();
    const kept = withLedger(backend, createMemoryLedger());
    const calls = [kept.doGenerate(CALL), kept.doGenerate(CALL), kept.doGenerate(CALL)];
    await turn();
    expect(open).toHaveLength(1);
    open[0]?.end();
    const texts = (await Promise.all(calls)).map(({ text }) => text);
    expect(texts).toEqual(["said", "said", "said"]);
  });

  it("aborts a shared call only when all who wait for it have aborted", async () => {
    const { backend, open } = gated();
    const kept = withLedger(backend, createMemoryLedger());
    const [one, two] = [new AbortController(), new AbortController()];
    const first = kept.doGenerate({ ...CALL, signal: one.signal });
    const second = kept.doGenerate({ ...CALL, signal: two.signal });
    await turn();
    const reason = new Error("stop");
    one.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(open[0]?.signal?.aborted).toBe(false);
    two.abort(reason);
    await expect(second).rejects.toBe(reason);
    expect(open[0]?.signal?.reason).toBe(reason);

    const third = kept.doGenerate(CALL);
    await turn();
    expect(open).toHaveLength(2);
    open[1]?.end();
    await expect(third).resolves.toMatchObject({ text: "said" });
  });

  it("finishes a shared call for the one who still waits", async () => {
    const { backend, open } = gated();
    const kept = withLedger(backend, createMemoryLedger());
    const controller = new AbortController();
    const first = kept.doGenerate({ ...CALL, signal: controller.signal });
    const second = kept.doGenerate(CALL);
    await turn();
    controller.abort(new Error("stop"));
    await expect(first).rejects.toThrow("stop");
    open[0]?.end();
    await expect(second).resolves.toMatchObject({ text: "said" });
    expect(open).toHaveLength(1);
  });
});
