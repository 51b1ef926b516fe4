import type { GenerateResult } from "@megapairs/spec";
import { createOpenAIVlm } from "@megapairs/vlm-openai";
import { describe, expect, it } from "vitest";

async function read(body: unknown): Promise<GenerateResult> {
  const vlm = createOpenAIVlm({
    baseUrl: "http://vlm.test/v1",
    model: "m",
    fetch: async () => Response.json(body),
  });
  const prompt = [{ type: "text", text: "?" }] as const;
  return vlm.doGenerate({ prompt, maxOutputTokens: 8, temperature: 0 });
}

const choice = (message: object, finish_reason: unknown = "stop"): object => ({
  choices: [{ message, finish_reason }],
});

describe("the answer in a chat completion", () => {
  it.each([
    ["stop", "stop"],
    ["length", "length"],
    ["content_filter", "content-filter"],
    ["tool_calls", "other"],
    [null, "other"],
  ])("reads finish_reason %s as %s", async (wire, finishReason) => {
    expect(await read(choice({ content: "yes" }, wire))).toMatchObject({
      text: "yes",
      finishReason,
    });
  });

  it("joins content that comes in parts", async () => {
    const content = [{ type: "text", text: "a" }, { type: "image" }, { type: "text", text: "b" }];
    expect((await read(choice({ content }))).text).toBe("ab");
  });

  it("reads a refusal as content-filter", async () => {
    const refused = await read(choice({ content: null, refusal: "I will not." }));
    expect(refused).toMatchObject({ text: "I will not.", finishReason: "content-filter" });
  });

  it("reads thoughts that were cut off as an empty text", async () => {
    const cut = await read(choice({ content: null, reasoning_content: "Well, …" }, "length"));
    expect(cut).toMatchObject({ text: "", finishReason: "length" });
  });

  it("reads what it can of the usage", async () => {
    const usage = { prompt_tokens: 5, completion_tokens: null };
    const known = await read({ ...choice({ content: "yes" }), usage });
    expect(known.usage).toEqual({ input: 5, output: undefined });
    const odd = await read({ ...choice({ content: "yes" }), usage: { prompt_tokens: "many" } });
    expect(odd.usage).toEqual({ input: undefined, output: undefined });
  });

  it.each([
    [{ choices: [{ message: {} }] }, "a chat completion without text"],
    [{ choices: [{ message: { content: 7 } }] }, "HTTP 200 without a chat completion"],
    [{ error: { message: "engine died" } }, "engine died"],
  ])("refuses %j", async (body, message) => {
    await expect(read(body)).rejects.toMatchObject({
      code: "invalid-output",
      message: expect.stringContaining(message),
    });
  });

  it("keeps excerpts short", async () => {
    const error: unknown = await read({ oops: "word ".repeat(10_000) }).catch((thrown) => thrown);
    expect(error).toHaveProperty("message.length", expect.closeTo(340, -2));
  });
});
