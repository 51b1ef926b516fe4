import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { startFaultServer, testPicture } from "@megapairs/conformance";
import type { FaultServer } from "@megapairs/conformance";
import type { GenerateOptions, PromptPart } from "@megapairs/spec";
import { createOpenAIVlm } from "@megapairs/vlm-openai";
import type { OpenAIVlmSettings } from "@megapairs/vlm-openai";
import { array, assert, asyncProperty, oneof, string, uint8Array } from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

const picture = testPicture({ width: 4, height: 4 }).bytes;
const url = `data:image/png;base64,${Buffer.from(picture.bytes).toString("base64")}`;

const SCHEMA = {
  type: "object",
  properties: {
    instructions: { type: "array", items: { type: "string" }, maxItems: 5, uniqueItems: true },
    note: { type: "object", properties: { uniqueItems: { type: "string" } } },
  },
  required: ["instructions"],
};

const OPTIONS: GenerateOptions = {
  system: "Compare.",
  prompt: [
    { type: "image", image: picture },
    { type: "text", text: "What is it?" },
  ],
  maxOutputTokens: 64,
  temperature: 0.7,
  seed: 3,
  jsonSchema: SCHEMA,
};

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());
afterEach(() => vi.unstubAllEnvs());

interface Sent {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

async function send(
  settings: Partial<OpenAIVlmSettings>,
  options: Partial<GenerateOptions> = {},
): Promise<Sent> {
  const vlm = createOpenAIVlm({ baseUrl: `${server.url}/v1`, model: server.model, ...settings });
  const { warnings } = await vlm.doGenerate({ ...OPTIONS, ...options });
  await vlm.dispose?.();
  const { body, headers } = server.requests.at(-1) ?? { body: undefined, headers: {} };
  return { body, headers, warnings };
}

const messages = (image: object): object[] => [
  { role: "system", content: "Compare." },
  { role: "user", content: [image, { type: "text", text: "What is it?" }] },
];

describe("the body of a request", () => {
  it("is for vLLM: image uuid, thinking off, the caller's schema", async () => {
    const { body, warnings } = await send({ profile: "vllm" });
    const uuid = createHash("sha256").update(picture.bytes).digest("hex");
    expect(body).toEqual({
      model: "conformance-model",
      messages: messages({ type: "image_url", image_url: { url }, uuid }),
      max_tokens: 64,
      temperature: 0.7,
      top_p: 1,
      seed: 3,
      response_format: { type: "json_schema", json_schema: { name: "answer", schema: SCHEMA } },
      chat_template_kwargs: { enable_thinking: false },
    });
    expect(warnings).toEqual([]);
  });

  it("is for SGLang: no uuid, no seed", async () => {
    const { body, warnings } = await send({ profile: "sglang" });
    expect(body).toEqual({
      model: "conformance-model",
      messages: messages({ type: "image_url", image_url: { url } }),
      max_tokens: 64,
      temperature: 0.7,
      top_p: 1,
      response_format: { type: "json_schema", json_schema: { name: "answer", schema: SCHEMA } },
      chat_template_kwargs: { enable_thinking: false },
    });
    expect(warnings).toEqual(["seed is not supported and was left out"]);
  });

  it("is for OpenAI: max_completion_tokens, a strict schema, nothing unknown", async () => {
    const { body, warnings } = await send({ profile: "openai" });
    const schema = {
      type: "object",
      properties: {
        instructions: { type: "array", items: { type: "string" }, maxItems: 5 },
        note: {
          type: "object",
          properties: { uniqueItems: { type: "string" } },
          additionalProperties: false,
          required: ["uniqueItems"],
        },
      },
      additionalProperties: false,
      required: ["instructions", "note"],
    };
    expect(body).toEqual({
      model: "conformance-model",
      messages: messages({ type: "image_url", image_url: { url } }),
      max_completion_tokens: 64,
      temperature: 0.7,
      response_format: {
        type: "json_schema",
        json_schema: { name: "answer", schema, strict: true },
      },
    });
    expect(warnings).toEqual([
      "seed is not supported and was left out",
      "jsonSchema: uniqueItems left out",
    ]);
  });

  it("is for any server: the fields that all of them know", async () => {
    const { body, warnings } = await send({});
    expect(body).toEqual({
      model: "conformance-model",
      messages: messages({ type: "image_url", image_url: { url } }),
      max_tokens: 64,
      temperature: 0.7,
      top_p: 1,
    });
    expect(warnings).toHaveLength(2);
  });

  it("follows supports, topP and extraBody", async () => {
    const { body } = await send({
      supports: { seed: true, jsonSchema: true },
      topP: 0.9,
      extraBody: { priority: 2, max_tokens: 5 },
    });
    expect(body).toMatchObject({ seed: 3, top_p: 0.9, priority: 2, max_tokens: 5 });
    expect(body).toHaveProperty("response_format.json_schema.schema", SCHEMA);
  });

  it("holds a lone text as a string", async () => {
    const { body } = await send(
      {},
      { prompt: [{ type: "text", text: "Hello" }], system: undefined },
    );
    expect(body).toHaveProperty("messages", [{ role: "user", content: "Hello" }]);
  });

  it("says every text and image unchanged", async () => {
    const bodies: string[] = [];
    const model = 'a "model"\\';
    const vlm = createOpenAIVlm({
      baseUrl: "http://vlm.test/v1",
      model,
      supports: { maxImages: 4 },
      async fetch(input, init) {
        bodies.push(await new Request(input, init).text());
        const message = { role: "assistant", content: "yes" };
        return Response.json({ choices: [{ message, finish_reason: "stop" }] });
      },
    });
    const part = oneof(
      string({ unit: "binary" }).map((text): PromptPart => ({ type: "text", text })),
      uint8Array({ minLength: 1, maxLength: 9 }).map((bytes): PromptPart => {
        return { type: "image", image: { type: "bytes", bytes, mediaType: "image/webp" } };
      }),
    );
    const prompts = array(part, { minLength: 2, maxLength: 4 });
    await assert(
      asyncProperty(string({ unit: "binary" }), prompts, async (system, prompt) => {
        await vlm.doGenerate({ ...OPTIONS, system, prompt });
        const content = prompt.map((each) => {
          if (each.type === "text") return each;
          const base64 = Buffer.from(each.image.bytes).toString("base64");
          return { type: "image_url", image_url: { url: `data:image/webp;base64,${base64}` } };
        });
        expect(JSON.parse(bodies.at(-1) ?? "")).toMatchObject({
          model,
          messages: [
            { role: "system", content: system },
            { role: "user", content },
          ],
        });
      }),
    );
  });
});

describe("the headers of a request", () => {
  it("hold the key and the settings' own", async () => {
    const { headers } = await send({ apiKey: "sk-1", headers: { "x-tenant": "blue" } });
    expect(headers).toMatchObject({ authorization: "Bearer sk-1", "x-tenant": "blue" });
    expect(headers["content-type"]).toBe("application/json");
  });

  it("hold no key from the environment", async () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-environment");
    vi.stubEnv("OPENAI_ORG_ID", "org-environment");
    const { headers } = await send({});
    expect(JSON.stringify(headers)).not.toContain("environment");
    expect(headers).not.toHaveProperty("authorization");
  });
});

describe("refusals", () => {
  it("names the remedy for an image that servers do not take", async () => {
    const image = { ...picture, mediaType: "image/tiff" } as const;
    await expect(send({}, { prompt: [{ type: "image", image }] })).rejects.toMatchObject({
      code: "unsupported",
      message:
        "an image of type image/tiff; expected image/jpeg, image/png or image/webp: re-encode it first.",
    });
  });

  it.each([
    [{ model: "" }, "model is empty."],
    [{ baseUrl: "127.0.0.1:8000" }, "baseUrl is no http(s) address."],
    [{ timeoutMs: 0 }, "timeoutMs is 0; expected 1 to 2147483647."],
    [{ timeoutMs: Number.NaN }, "timeoutMs is NaN; expected 1 to 2147483647."],
    [{ extraBody: { stream: true } }, 'extraBody must not hold "stream".'],
    [{ profile: "tgi" as "vllm" }, 'profile "tgi"; expected vllm, sglang, openai, generic.'],
  ])("refuses the settings %j", async (settings, message) => {
    await expect(send(settings)).rejects.toMatchObject({ code: "invalid-argument", message });
  });

  it.each([
    { apiKey: "" },
    { apiKey: "sk-hunter2\nhunter2" },
    { apiKey: "sk-hunter2’" },
    { headers: { "x gateway": "hunter2" } },
    { headers: { "x-gateway": "hunter2\r\nhost: evil.test" } },
  ])("refuses %j, which cannot be sent, without telling it", async (settings) => {
    const error: unknown = await send(settings).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid-argument" });
    expect(inspect(error, { showHidden: true })).not.toContain("hunter2");
  });

  it("refuses a password in the address without telling it", async () => {
    const error = await send({ baseUrl: "http://me:hunter2@vlm.test/v1" }).catch(String);
    expect(error).toContain("vlm.test");
    expect(error).not.toContain("hunter2");
  });
});
