import { createFakeVlm, describeVlmConformance, testPicture } from "@megapairs/conformance";
import type { GenerateOptions } from "@megapairs/spec";
import { describe, expect, it } from "vitest";

describeVlmConformance("createFakeVlm", {
  create: () => createFakeVlm(),
  supports: { maxImages: 2, jsonSchema: true, seed: true },
});

describeVlmConformance("createFakeVlm, text only", {
  create: () => createFakeVlm({ supports: { maxImages: 0, jsonSchema: false, seed: false } }),
  supports: { maxImages: 0, jsonSchema: false, seed: false },
});

function pair(source: number, target: number): GenerateOptions {
  return {
    prompt: [
      { type: "image", image: testPicture({ variant: source }).bytes },
      { type: "image", image: testPicture({ variant: target }).bytes },
      { type: "text", text: "Describe the two images." },
    ],
    maxOutputTokens: 100,
    temperature: 0,
  };
}

const FIXED_FORM =
  /^Both images [^.]+\. However, the Source Image [^.]+, whereas the Target Image [^.]+\.$/;

describe("createFakeVlm", () => {
  it("describes a pair in the fixed form, another pair otherwise", async () => {
    const vlm = createFakeVlm();
    const [one, again, other] = [
      await vlm.doGenerate(pair(0, 1)),
      await vlm.doGenerate(pair(0, 1)),
      await vlm.doGenerate(pair(1, 0)),
    ];
    expect(one.text).toMatch(FIXED_FORM);
    expect(again.text).toBe(one.text);
    expect(other.text).not.toBe(one.text);
  });

  it("instructs from the last description of the prompt", async () => {
    const text =
      "Example: whereas the Target Image has a demo.\nBoth images show a hill. However, the Source Image has a cow, whereas the Target Image has two blue kites.";
    const { text: answer } = await createFakeVlm().doGenerate({
      prompt: [{ type: "text", text }],
      maxOutputTokens: 200,
      temperature: 0,
    });
    const { instructions } = JSON.parse(answer);
    expect(instructions).toHaveLength(3);
    expect(new Set(instructions).size).toBe(3);
    for (const instruction of instructions) expect(instruction).toContain("two blue kites");
  });

  it("answers in JSON of the schema", async () => {
    const jsonSchema = {
      type: "object",
      properties: {
        kind: { enum: ["edit", "describe"] },
        queries: { type: "array", items: { type: "string" }, minItems: 4, maxItems: 5 },
        score: { type: "number", minimum: 3 },
        sure: { type: "boolean" },
      },
    };
    const { text } = await createFakeVlm().doGenerate({ ...pair(0, 1), jsonSchema });
    const answer = JSON.parse(text);
    expect(answer).toMatchObject({ kind: "edit", score: 3, sure: true });
    expect(new Set(answer.queries).size).toBe(4);
  });

  it("cuts off at maxOutputTokens words", async () => {
    const vlm = createFakeVlm({ answer: () => "one two  three four" });
    const result = await vlm.doGenerate({ ...pair(0, 1), maxOutputTokens: 3 });
    expect(result).toMatchObject({ text: "one two  three", finishReason: "length" });
    expect(result.usage.output).toBe(3);
  });
});
