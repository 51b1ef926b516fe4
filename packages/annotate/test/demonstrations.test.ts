import { describe, expect, it } from "vitest";
import { demonstrationPool, parseDemonstrations, parseDescription } from "@megapairs/annotate";

const FORM = /^Both images .+\. However, the Source Image .+, whereas the Target Image [^.]+\.$/;
const POINTING =
  /^(?:same|this|that|these|those|its|it|them|they|such|their|her|his|she|he|like|one|another|there)$/;
const SMALL = new Set(
  "with from this that into their there seen view front behind above below between against around over under beside while near like look also only both some have what would could show".split(
    " ",
  ),
);

function words(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-zé]+/g) ?? [];
}

function stem(word: string): string {
  const stemmed = word.replace(/(?:ings?|ers?|es|ed|s|ly)$/, "");
  return stemmed.length >= 3 ? stemmed : word;
}

function content(text: string): ReadonlySet<string> {
  return new Set(
    words(text)
      .filter((word) => word.length > 3 && !SMALL.has(word))
      .map(stem),
  );
}

describe("demonstrationPool", () => {
  it("holds at least fifty, all different", () => {
    expect(demonstrationPool.length).toBeGreaterThanOrEqual(50);
    expect(new Set(demonstrationPool.map(({ description }) => description)).size).toBe(
      demonstrationPool.length,
    );
    const texts = demonstrationPool.flatMap(({ instructions }) => instructions);
    expect(new Set(texts).size).toBe(texts.length);
    expect(parseDemonstrations(structuredClone(demonstrationPool))).toEqual(demonstrationPool);
  });

  describe.each(demonstrationPool)("$description", ({ description, instructions }) => {
    it("has the fixed form and the length of a description", () => {
      expect(description).toMatch(FORM);
      expect(parseDescription(description).text).toBe(description);
      expect(words(description).length).toBeGreaterThanOrEqual(45);
      expect(words(description).length).toBeLessThanOrEqual(100);
    });

    it("has three or four instructions, one of them a question, none that names the images", () => {
      expect([3, 4]).toContain(instructions.length);
      expect(instructions.filter((text) => text.endsWith("?"))).not.toHaveLength(0);
      expect(instructions.filter((text) => text.endsWith("."))).not.toHaveLength(0);
      expect(instructions.filter((text) => /[a-z]$/.test(text))).not.toHaveLength(0);
      for (const text of instructions) {
        expect(text).not.toMatch(/(?:source|target) image/i);
        expect(words(text).length).toBeLessThanOrEqual(25);
      }
    });

    it("names what is new, and only points at what is shared", () => {
      const { common, target } = parseDescription(description);
      const fresh = content(target);
      for (const text of instructions) {
        expect([...content(text)].some((word) => fresh.has(word))).toBe(true);
        const spelled = words(text).filter((word, at, all) => {
          const pointed = all.slice(Math.max(0, at - 4), at).some((other) => POINTING.test(other));
          const shared = content(common).has(stem(word)) && !fresh.has(stem(word));
          return word.length > 3 && shared && !pointed;
        });
        expect(spelled).toEqual([]);
      }
    });
  });
});

describe("parseDemonstrations", () => {
  it.each([
    ["not a list", {}, /^demonstrations: /],
    ["two instructions", [{ description: "x", instructions: ["a", "b"] }], /at 0\.instructions: /],
    ["a blank text", [{ description: " ", instructions: ["a", "b", "c"] }], /at 0\.description: /],
  ])("rejects %s as corrupt data", (_, json, message) => {
    expect(() => parseDemonstrations(json)).toThrow(
      expect.objectContaining({ code: "corrupt-data", message: expect.stringMatching(message) }),
    );
  });
});
