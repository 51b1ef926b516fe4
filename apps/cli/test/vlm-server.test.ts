import { connect } from "node:net";
import { createFakeVlm, testPicture } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { GenerateOptions, VlmBackendV1 } from "@megapairs/spec";
import { afterEach, describe, expect, it } from "vitest";
import { startVlmServer } from "../src/serve/start-vlm-server.ts";
import type { VlmServer, VlmServerSettings } from "../src/serve/start-vlm-server.ts";

const servers: VlmServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(settings: Partial<VlmServerSettings> = {}): Promise<VlmServer> {
  const fixed = { backend: createFakeVlm(), model: "small", host: "127.0.0.1", port: 0 };
  const server = await startVlmServer({ ...fixed, ...settings });
  servers.push(server);
  return server;
}

const picture = testPicture({ variant: 0 }).bytes;
const dataUrl = `data:${picture.mediaType};base64,${Buffer.from(picture.bytes).toString("base64")}`;
const image = { type: "image_url", image_url: { url: dataUrl }, uuid: "x" };
const hello = { model: "small", messages: [{ role: "user", content: "Hello" }] };

/** What the tests look at in an answer. */
interface Answer {
  readonly status: number;
  readonly json: { readonly error?: { readonly message: string } };
}

async function post(server: VlmServer, body: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}/chat/completions`, {
    method: "POST",
    headers: { connection: "close" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Answer["json"] };
}

describe("startVlmServer", () => {
  it("hands over what was asked, and answers in OpenAI's form", async () => {
    const asked: GenerateOptions[] = [];
    const fake = createFakeVlm();
    const backend: VlmBackendV1 = {
      ...fake,
      doGenerate: (options) => {
        asked.push(options);
        return fake.doGenerate(options);
      },
    };
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const { status, json } = await post(await start({ backend }), {
      model: "small",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [image, { type: "text", text: "What is this?" }] },
      ],
      max_tokens: 50,
      temperature: 0.2,
      top_p: 1,
      seed: 7,
      response_format: { type: "json_schema", json_schema: { name: "answer", schema } },
    });
    expect(status).toBe(200);
    const { signal, ...options } = asked[0]!;
    expect(signal).toBeInstanceOf(AbortSignal);
    expect(options).toEqual({
      system: "Be brief.",
      prompt: [
        { type: "image", image: { ...picture, bytes: Buffer.from(picture.bytes) } },
        { type: "text", text: "What is this?" },
      ],
      maxOutputTokens: 50,
      temperature: 0.2,
      seed: 7,
      jsonSchema: schema,
    });
    const { text, usage } = await fake.doGenerate(options);
    expect(json).toMatchObject({
      object: "chat.completion",
      model: "small",
      choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
      usage: { prompt_tokens: usage.input, completion_tokens: usage.output },
    });
  });

  it("names its model and its health", async () => {
    const { url } = await start();
    const models = await (await fetch(`${url}/models`)).json();
    expect(models).toMatchObject({ object: "list", data: [{ id: "small", object: "model" }] });
    expect((await fetch(new URL("/health", url))).status).toBe(200);
  });

  it.each([
    ["no JSON", "{", 400, "the body holds no JSON"],
    ["no messages", { model: "small", messages: [] }, 400, "messages: "],
    ["a stream", { ...hello, stream: true }, 400, "stream: "],
    ["several answers", { ...hello, n: 2 }, 400, "n: "],
    ["no tokens", { ...hello, max_tokens: 0 }, 400, "max_tokens: "],
    ["another model", { ...hello, model: "large" }, 404, "the model large is not served, small is"],
    [
      "a picture elsewhere",
      messageOf({ type: "image_url", image_url: { url: "https://example.org/cat.jpg" } }),
      400,
      'an image_url begins with "https://example.org/cat.jpg"; expected data:image/jpeg;base64',
    ],
    [
      "another format",
      messageOf({ type: "image_url", image_url: { url: "data:image/gif;base64,AAAA" } }),
      400,
      "data:image/gif",
    ],
    [
      "a picture in a system message",
      { model: "small", messages: [{ role: "system", content: [image] }] },
      400,
      "a system message holds an image",
    ],
    [
      "words of its own",
      { model: "small", messages: [{ role: "assistant", content: "I" }] },
      400,
      "messages.0.role",
    ],
    ["too many pictures", messageOf(image, image, image), 400, "3 images"],
  ])("refuses %s, saying what was found", async (_, body, status, message) => {
    const answer = await post(
      await start({ backend: createFakeVlm({ supports: { maxImages: 2 } }) }),
      body,
    );
    expect(answer.json.error?.message).toContain(message);
    expect(answer).toMatchObject({
      status,
      json: { error: { type: "invalid_request_error", code: status } },
    });
  });

  it("answers 404 and 405 for other paths and methods", async () => {
    const { url } = await start();
    expect((await fetch(`${url}/completions`)).status).toBe(404);
    expect((await fetch(`${url}/chat/completions`)).status).toBe(405);
  });

  it("takes no more bytes than it was told", async () => {
    const server = await start({ maxBodyBytes: 1000 });
    const { status, json } = await post(
      server,
      messageOf({ type: "text", text: "x".repeat(2000) }),
    );
    expect(status).toBe(413);
    expect(json.error?.message).toContain("larger than the 1000 bytes");
    expect((await post(server, hello)).status).toBe(200);
  });

  it("says whose fault a failure is", async () => {
    const failing = (error: Error): VlmBackendV1 => ({
      ...createFakeVlm(),
      doGenerate: async () => {
        throw error;
      },
    });
    const corrupt = new MegaPairsError("corrupt-data", "no picture");
    expect(await post(await start({ backend: failing(corrupt) }), hello)).toMatchObject({
      status: 400,
      json: { error: { message: "no picture" } },
    });
    expect(await post(await start({ backend: failing(new Error("oh")) }), hello)).toMatchObject({
      status: 500,
      json: { error: { message: "oh", type: "server_error" } },
    });
  });

  it("stops a call whose client hung up", async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const backend: VlmBackendV1 = {
      ...createFakeVlm(),
      doGenerate: ({ signal }) => {
        begin();
        return new Promise((_, reject) => {
          signal?.addEventListener("abort", () => {
            resolve();
            reject(new Error("hung up"));
          });
        });
      },
    };
    const { url } = await start({ backend });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const body = JSON.stringify(hello);
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await begun;
    socket.destroy();
    await expect(aborted).resolves.toBeUndefined();
  });

  it("answers what is in work before it ends", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const fake = createFakeVlm();
    const server = await startVlmServer({
      model: "small",
      host: "127.0.0.1",
      port: 0,
      backend: {
        ...fake,
        doGenerate: async (options) => {
          begin();
          await gate;
          return fake.doGenerate(options);
        },
      },
    });
    const answer = post(server, hello);
    await begun;
    const closed = server.close();
    open();
    expect((await answer).status).toBe(200);
    await closed;
  });

  it("names a port that is taken", async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(start({ port })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(`port ${port} of 127.0.0.1 cannot be had`) as string,
    });
  });
});

function messageOf(...content: readonly object[]): object {
  return { model: "small", messages: [{ role: "user", content }] };
}
