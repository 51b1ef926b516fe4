import { describe, expect, it } from "vitest";
import { describePair, describePrompt } from "@megapairs/annotate";
import type { DescribeOptions } from "@megapairs/annotate";
import { createFakeVlm, testPicture } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { GenerateOptions, ImageBytes } from "@megapairs/spec";

const QUERY = testPicture({ variant: 0 }).bytes;
const TARGET = testPicture({ variant: 1 }).bytes;
const SAID =
  "Both images show a dog. However, the Source Image has it asleep, whereas the Target Image has it running.";

/** A backend that gives these answers in turn, the last one again and again. */
function saying(...answers: readonly string[]): {
  asked: GenerateOptions[];
  options: DescribeOptions;
} {
  const asked: GenerateOptions[] = [];
  const backend = createFakeVlm({
    answer(options) {
      asked.push(options);
      return answers[Math.min(asked.length, answers.length) - 1] ?? "";
    },
  });
  return { asked, options: { backend, pairId: "p1", query: QUERY, target: TARGET, seed: 7 } };
}

describe("describePair", () => {
  it("asks with constant text, query, target, and the pair's text last", async () => {
    const { asked, options } = saying(`**${SAID}**`);
    const result = await describePair(options);
    expect(result).toMatchObject({ text: SAID, attempts: 1, warnings: [] });
    expect(result.usage.output).toBe(SAID.split(" ").length);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      system: describePrompt.system,
      maxOutputTokens: 512,
      temperature: 0.2,
      prompt: [
        { type: "text", text: describePrompt.opening },
        { type: "image", image: QUERY },
        { type: "image", image: TARGET },
        { type: "text", text: expect.stringContaining(`at most ${result.wordLimit} words`) },
      ],
    });
    expect(asked[0]?.jsonSchema).toBeUndefined();
    expect(describePrompt.opening).toMatch(/first image is the Source.*second image is the Target/);
  });

  it("draws word limit and seed from seed and pair id alone", async () => {
    const { asked, options } = saying(SAID);
    const limits = new Set<number>();
    const seeds = new Set<number | undefined>();
    for (let index = 0; index < 300; index += 1) {
      const { wordLimit } = await describePair({ ...options, pairId: `p${index}` });
      limits.add(wordLimit);
      seeds.add(asked.at(-1)?.seed);
    }
    expect(Math.min(...limits)).toBe(60);
    expect(Math.max(...limits)).toBe(100);
    expect(limits.size).toBeGreaterThan(35);
    expect(seeds.size).toBe(300);
    expect(Math.max(...asked.map((call) => call.seed ?? Infinity))).toBeLessThan(2 ** 30);

    const first = asked[0];
    await describePair({ ...options, pairId: "p0" });
    expect(asked.at(-1)).toEqual(first);
    await describePair({ ...options, pairId: "p0", seed: 8 });
    expect(asked.at(-1)?.seed).not.toBe(first?.seed);
    expect((await describePair({ ...options, wordLimit: 33 })).wordLimit).toBe(33);
  });

  it("asks again with seed + 1, and counts the tokens of both", async () => {
    const { asked, options } = saying("I would rather not.", SAID);
    const result = await describePair(options);
    expect(result).toMatchObject({ text: SAID, attempts: 2 });
    expect(asked[1]?.seed).toBe((asked[0]?.seed ?? Number.NaN) + 1);
    expect({ ...asked[1], seed: 0 }).toEqual({ ...asked[0], seed: 0 });
    expect(result.usage.output).toBe(4 + SAID.split(" ").length);
  });

  it("gives up after three answers, and says what the last one was", async () => {
    const { asked, options } = saying("Sorry,\n\u0007no.");
    await expect(describePair(options)).rejects.toMatchObject({
      code: "invalid-output",
      message: expect.stringMatching(/^pair p1: 3 answers unusable.*lacks "Both.*"Sorry, no\."$/),
      details: { pairId: "p1", answers: 3, finishReason: "stop", excerpt: "Sorry, no." },
      cause: expect.objectContaining({ code: "invalid-output" }),
    });
    expect(asked).toHaveLength(3);
  });

  it("does not trust an answer that was cut off", async () => {
    const { options } = saying(`${SAID} and so on`);
    await expect(
      describePair({ ...options, maxOutputTokens: SAID.split(" ").length }),
    ).rejects.toMatchObject({ details: { finishReason: "length" } });
  });

  it("takes half as many words again as it asked for, and no more", async () => {
    const words = SAID.split(" ").length;
    const { options } = saying(SAID);
    const enough = Math.ceil(words / 1.5);
    await expect(describePair({ ...options, wordLimit: enough })).resolves.toMatchObject({
      text: SAID,
    });
    await expect(describePair({ ...options, wordLimit: enough - 1 })).rejects.toMatchObject({
      code: "invalid-output",
      message: expect.stringContaining(`of ${words} words`),
    });
  });

  it("takes two copies of one image as it takes any two", async () => {
    const { options } = saying(SAID);
    await expect(describePair({ ...options, target: QUERY })).resolves.toMatchObject({
      text: SAID,
    });
  });

  it("passes on what the backend throws, and the signal's reason", async () => {
    const error = new MegaPairsError("unavailable", "HTTP 500");
    const broken = createFakeVlm({ answer: () => Promise.reject(error) });
    const { asked, options } = saying(SAID);
    await expect(describePair({ ...options, backend: broken })).rejects.toBe(error);
    const reason = new Error("stop");
    const signal = AbortSignal.abort(reason);
    await expect(describePair({ ...options, signal })).rejects.toBe(reason);
    expect(asked).toHaveLength(0);
  });

  const empty: ImageBytes = { ...QUERY, bytes: new Uint8Array() };
  it.each([
    [
      "a text-only backend",
      { backend: createFakeVlm({ supports: { maxImages: 1 } }) },
      "unsupported",
    ],
    ["an empty query image", { query: empty }, "corrupt-data"],
    ["an empty target image", { target: empty }, "corrupt-data"],
    ["a word limit of 0", { wordLimit: 0 }, "invalid-argument"],
    ["a seed that is no whole number", { seed: 0.5 }, "invalid-argument"],
  ] as const)("refuses %s", async (_, change, code) => {
    const { asked, options } = saying(SAID);
    await expect(describePair({ ...options, ...change })).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(0);
  });
});
