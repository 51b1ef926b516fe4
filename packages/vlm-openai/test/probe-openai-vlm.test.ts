import { startFaultServer } from "@megapairs/conformance";
import type { FaultServer } from "@megapairs/conformance";
import { probeOpenAIVlm } from "@megapairs/vlm-openai";
import { afterEach, beforeEach, expect, it } from "vitest";

let server: FaultServer;
beforeEach(async () => {
  server = await startFaultServer();
});
afterEach(() => server.close());

const probe = (profile: "vllm" | "generic" = "vllm"): ReturnType<typeof probeOpenAIVlm> =>
  probeOpenAIVlm({ baseUrl: `${server.url}/v1`, model: server.model, profile });

it("records what a well-behaved server does", async () => {
  server.setBehaviour((_, index) => ({
    type: "answer",
    text: index === 0 ? "Red, blue" : undefined,
  }));
  expect(await probe()).toEqual({
    models: ["conformance-model"],
    contextTokens: 8192,
    images: "seen",
    jsonSchema: true,
    maxOutputTokens: true,
    seed: true,
    refusesUnknownModels: true,
    supports: { maxImages: 2, jsonSchema: true, seed: true },
    notes: {},
  });
});

it("notes a list of models that is none", async () => {
  const { fetch: send } = globalThis;
  const html = (): Response => new Response("<html>", { headers: { "content-type": "text/html" } });
  const record = await probeOpenAIVlm({
    baseUrl: `${server.url}/v1`,
    model: server.model,
    fetch: async (input, init) =>
      new Request(input, init).url.endsWith("/models") ? html() : send(input, init),
  });
  expect(record.models).toBeNull();
  expect(record.notes["models"]).toBe("no list of models: <html>");
});

it("notes what a server answers otherwise", async () => {
  let call = 0;
  server.setBehaviour(() => ({ type: "answer", text: `Well ${call++}` }));
  const record = await probe();
  expect(record).toMatchObject({
    images: "accepted",
    jsonSchema: false,
    maxOutputTokens: false,
    seed: false,
    supports: { maxImages: 2, jsonSchema: false, seed: false },
  });
  expect(record.notes).toEqual({
    images: 'answered "Well 0" (stop)',
    jsonSchema: 'answered "Well 1" (stop)',
    maxOutputTokens: 'answered "Well 2" (stop)',
    seed: 'answered "Well 4" (stop)',
  });
});

it("tells a server that takes no images", async () => {
  await server.close();
  server = await startFaultServer({ maxImages: 1 });
  const record = await probe();
  expect(record).toMatchObject({ images: "refused", supports: { maxImages: 0 } });
  expect(record.notes["images"]).toContain("at most 1");
});

it("tells a server that refuses every call from one that is not there", async () => {
  server.setBehaviour(() => ({ type: "status", status: 401 }));
  expect(await probe()).toMatchObject({ images: "refused", refusesUnknownModels: true });
  await server.close();
  await expect(probe()).rejects.toMatchObject({ code: "unavailable" });
  server = await startFaultServer();
});
