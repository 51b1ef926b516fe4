import { describe, expect, it } from "vitest";
import { requestKey } from "@megapairs/annotate";
import type { GenerateOptions, ImageBytes, PromptPart } from "@megapairs/spec";

const BACKEND = { provider: "openai", modelId: "m" };
const image = (byte: number, mediaType: ImageBytes["mediaType"] = "image/png"): PromptPart => ({
  type: "image",
  image: { type: "bytes", bytes: new Uint8Array([byte, 2, 3]), mediaType },
});
const CALL: GenerateOptions = {
  system: "s",
  prompt: [{ type: "text", text: "t" }, image(1), image(2)],
  maxOutputTokens: 8,
  temperature: 0,
  seed: 1,
  jsonSchema: { type: "object" },
};

describe("requestKey", () => {
  it("is the same in every process", () => {
    expect(requestKey(BACKEND, CALL)).toBe(requestKey({ ...BACKEND }, structuredClone(CALL)));
    expect(requestKey(BACKEND, CALL)).toMatchInlineSnapshot(
      `"91b38c1203b7afeea781d6b06a25b2cb3ab658f42b590a6f20992105407d2b9e"`,
    );
  });

  it("does not depend on the signal", () => {
    const { signal } = new AbortController();
    expect(requestKey(BACKEND, { ...CALL, signal })).toBe(requestKey(BACKEND, CALL));
  });

  it("differs in everything that shapes the answer", () => {
    const text = (said: string): PromptPart => ({ type: "text", text: said });
    const keys = [
      requestKey(BACKEND, CALL),
      requestKey({ ...BACKEND, provider: "other" }, CALL),
      requestKey({ ...BACKEND, modelId: "n" }, CALL),
      requestKey(BACKEND, CALL, "top_p 0.9"),
      ...[
        { system: undefined },
        { system: "" },
        { maxOutputTokens: 9 },
        { temperature: 0.1 },
        { seed: 2 },
        { seed: undefined },
        { jsonSchema: undefined },
        { jsonSchema: { type: "array" } },
        { prompt: [text("t"), image(2), image(1)] },
        { prompt: [image(1), image(2), text("t")] },
        { prompt: [text("t"), image(1), image(2, "image/jpeg")] },
        { prompt: [text("t"), image(1), image(2), text("")] },
        { prompt: [text("u"), image(1), image(2)] },
      ].map((change) => requestKey(BACKEND, { ...CALL, ...change })),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
