import { startFaultServer, testPicture } from "@megapairs/conformance";
import type { Fault, FaultServer } from "@megapairs/conformance";
import type { GenerateOptions, VlmBackendV1 } from "@megapairs/spec";
import { createOpenAIVlm } from "@megapairs/vlm-openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const OPTIONS: GenerateOptions = {
  prompt: [
    { type: "image", image: testPicture({ variant: 0 }).bytes },
    { type: "image", image: testPicture({ variant: 1 }).bytes },
    { type: "text", text: "How do these pictures differ?" },
  ],
  maxOutputTokens: 100,
  temperature: 0,
  seed: 1,
};

let server: FaultServer;
let vlm: VlmBackendV1;
beforeAll(async () => {
  server = await startFaultServer();
  vlm = createOpenAIVlm({ baseUrl: `${server.url}/v1`, model: server.model, profile: "vllm" });
});
afterAll(async () => {
  await vlm.dispose?.();
  await server.close();
});

async function failure(fault: Fault, backend = vlm): Promise<unknown> {
  server.setBehaviour(() => fault);
  return backend.doGenerate(OPTIONS).then(
    (result) => ({ result }),
    (error: unknown) => error,
  );
}

describe("over real HTTP", () => {
  it("answers, and again over the same sockets", async () => {
    server.setBehaviour(() => ({ type: "answer" }));
    const first = await vlm.doGenerate(OPTIONS);
    expect(first).toMatchObject({ finishReason: "stop", warnings: [] });
    expect(first.text).toMatch(/^Both images .*, whereas the Target Image .*\.$/);
    expect(first.usage.output).toBe(first.text.split(" ").length);
    expect(await vlm.doGenerate(OPTIONS)).toEqual(first);
  });

  it("waits for a slow body", async () => {
    expect(await failure({ type: "slow", delayMs: 5 })).toHaveProperty("result.text");
  });

  it.each([
    [{ type: "reset" }, "unavailable"],
    [{ type: "reset-body" }, "unavailable"],
    [{ type: "truncated" }, "invalid-output"],
    [{ type: "html" }, "invalid-output"],
    [{ type: "error-200" }, "invalid-output"],
    [{ type: "no-choices" }, "invalid-output"],
    [{ type: "endless", bytes: 32 * 2 ** 20 }, "invalid-output"],
  ] as const)("maps $0.type to $1", async (fault, code) => {
    expect(await failure(fault)).toMatchObject({ code, retryable: true });
  });

  it.each([
    [400, "rejected"],
    [401, "rejected"],
    [404, "rejected"],
    [413, "rejected"],
    [422, "rejected"],
    [429, "overloaded"],
    [500, "unavailable"],
    [503, "unavailable"],
  ] as const)("maps HTTP %i to %s, whatever the body's style", async (status, code) => {
    for (const style of ["nested", "flat", "detail", "text"] as const) {
      const error = await failure({ type: "status", status, style });
      expect(error).toMatchObject({ code, details: { status } });
      expect(error).toHaveProperty(
        "message",
        expect.stringContaining(`scripted fault: HTTP ${status}`),
      );
    }
  });

  it("passes Retry-After on", async () => {
    const busy = await failure({ type: "status", status: 429, retryAfter: "7" });
    expect(busy).toMatchObject({ code: "overloaded", retryAfterMs: 7000 });
    const date = new Date(Date.now() + 600_000).toUTCString();
    const later = await failure({ type: "status", status: 503, retryAfter: date });
    expect(later).toHaveProperty("retryAfterMs");
    expect(Math.round((later as { retryAfterMs: number }).retryAfterMs / 60_000)).toBe(10);
  });

  it("gives what is merely of no use to the caller, who parses", async () => {
    expect(await failure({ type: "length" })).toMatchObject({ result: { finishReason: "length" } });
    expect(await failure({ type: "whitespace" })).toMatchObject({
      result: { finishReason: "length" },
    });
    expect(await failure({ type: "unparsable" })).toMatchObject({
      result: { finishReason: "stop" },
    });
    expect(await failure({ type: "wrong-schema" })).toMatchObject({
      result: { finishReason: "stop" },
    });
  });

  it("gives up on a server that hangs, and keeps working after", async () => {
    const hasty = createOpenAIVlm({
      baseUrl: `${server.url}/v1`,
      model: server.model,
      timeoutMs: 50,
    });
    expect(await failure({ type: "hang" }, hasty)).toMatchObject({
      code: "unavailable",
      message: "no answer within 50 ms.",
    });
    await hasty.dispose?.();
    server.setBehaviour(() => ({ type: "answer" }));
    expect((await vlm.doGenerate(OPTIONS)).finishReason).toBe("stop");
  });

  it("hangs up when aborted", async () => {
    server.setBehaviour(() => ({ type: "hang" }));
    const before = server.requests.length;
    const controller = new AbortController();
    const call = vlm.doGenerate({ ...OPTIONS, signal: controller.signal });
    await expect.poll(() => server.requests.length).toBe(before + 1);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it("names host and socket error where nobody listens", async () => {
    const gone = await startFaultServer();
    await gone.close();
    const backend = createOpenAIVlm({ baseUrl: `${gone.url}/v1`, model: "m" });
    await expect(backend.doGenerate(OPTIONS)).rejects.toMatchObject({
      code: "unavailable",
      message: `no answer from ${new URL(gone.url).host}: ECONNREFUSED`,
    });
    await backend.dispose?.();
  });

  it("fails calls in flight as unavailable when disposed", async () => {
    const backend = createOpenAIVlm({ baseUrl: `${server.url}/v1`, model: server.model });
    server.setBehaviour(() => ({ type: "hang" }));
    const before = server.requests.length;
    const call = backend.doGenerate(OPTIONS).catch((error: unknown) => error);
    await expect.poll(() => server.requests.length).toBe(before + 1);
    await backend.dispose?.();
    expect(await call).toMatchObject({ code: "unavailable" });
  });
});
