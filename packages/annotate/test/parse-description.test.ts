import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDescription } from "@megapairs/annotate";
import type { ParsedDescription } from "@megapairs/annotate";
import { MegaPairsError } from "@megapairs/spec";

const FORM =
  "Both images show a dog on grass. However, the Source Image has it asleep, whereas the Target Image has it running.";

const PIECES =
  'whereas the Target Image|\n\n|**|"|[|}|`|.|,|:| show a dog|\ud800|\0|</think>|…'.split("|");

/** Undefined where the answer is refused as it should be. */
function descriptionOf(answer: string): ParsedDescription | undefined {
  try {
    return parseDescription(answer);
  } catch (error) {
    if (MegaPairsError.isInstance(error) && error.code === "invalid-output") return undefined;
    throw error;
  }
}

describe("parseDescription", () => {
  it("takes the fixed form apart", () => {
    expect(parseDescription(FORM)).toEqual({
      text: FORM,
      common: "show a dog on grass",
      source: "has it asleep",
      target: "has it running",
    });
  });

  it.each([
    ["a preamble", `Sure! Here is the description:\n\n${FORM}`],
    ["a remark in a later paragraph", `${FORM}\n\nLet me know if the Target Image needs more.`],
    ["a preamble that speaks of both images", `A comparison of both images:\n\n${FORM}`],
    [
      "a preamble that names the two",
      `The first image is the Source Image and the second the Target Image. ${FORM}`,
    ],
    ["bold Markdown", FORM.replace("Both images", "**Both images**").replace("Source", "*Source*")],
    ["a code fence", `\`\`\`text\n${FORM}\n\`\`\``],
    ["a quotation", `"${FORM}"`],
    ["curly quotes", `“${FORM}”`],
    ["a heading and a block quote", `### Description\n> ${FORM}`],
    ["a list item", `1. ${FORM}`],
    ["Windows line breaks", FORM.replaceAll(". ", ".\r\n").replaceAll(", ", ",\r\n")],
    ["three paragraphs", FORM.replace(". However", ".\n\nHowever").replace(", whe", ",\n\nwhe")],
    ["a word count", `${FORM} (21 words)`],
    ["another word count", `${FORM} Word count: 21.`],
    ["a JSON wrapper", JSON.stringify({ description: FORM })],
    ["reasoning", `<think>Both images are odd. The Source Image…</think>\n${FORM}`],
    ["control characters", FORM.replaceAll(" on ", "\u0007 on\t")],
  ])("sees through %s", (_, answer) => {
    expect(parseDescription(answer)).toEqual(parseDescription(FORM));
  });

  it.each([
    ["However the Source Image has it asleep whereas the Target Image has it running"],
    ["In contrast, the source image has it asleep, while the target image has it running."],
    ["But the Source Picture has it asleep; the Target Picture has it running."],
    ["However, in the Source Image, has it asleep, whereas in the Target Image, has it running."],
    ["The Source Image has it asleep. The Target Image has it running."],
    ["However, the Source Image: has it asleep, whereas the Target Image: has it running."],
    ["HOWEVER, THE SOURCE IMAGE has it asleep, WHEREAS THE TARGET IMAGE has it running!"],
    ["However, Source Image has it asleep. On the other hand, Target Image has it running."],
  ])("reads the connecting words of %j", (rest) => {
    const parsed = parseDescription(`Both of the images show a dog on grass. ${rest}`);
    expect(parsed).toMatchObject({
      common: "show a dog on grass",
      source: "has it asleep",
      target: expect.stringMatching(/^has it running[.!]?$/),
    });
  });

  it("keeps the words of the answer, and ends them with a full stop", () => {
    const said =
      "Both images show a dog. However, the Source Image's sky is red, whereas the\nTarget Image's sky is blue";
    expect(parseDescription(said)).toMatchObject({
      text: `${said.replace("\n", " ")}.`,
      source: "sky is red",
      target: "sky is blue.".slice(0, -1),
    });
  });

  it("finds the right place where the source part speaks of the target", () => {
    const parsed = parseDescription(
      "Both images show a hall. However, the Source Image is darker than the Target Image, whereas the Target Image is lit by candles.",
    );
    expect(parsed.source).toBe("is darker than the Target Image");
    expect(parsed.target).toBe("is lit by candles");
  });

  it("keeps several common sentences, and words in quotation marks at the end", () => {
    const parsed = parseDescription(
      'Both images show a shop. Both images are in black and white. However, the Source Image has no sign, whereas the Target Image has a sign that says "92 words"',
    );
    expect(parsed.common).toBe("show a shop. Both images are in black and white");
    expect(parsed.target).toBe('has a sign that says "92 words"');
  });

  it.each([
    ["nothing", "", /lacks "Both images/],
    ["a refusal", "I'm sorry, but I can't help with that.", /lacks "Both images/],
    ["no source", "Both images show a dog. The Target Image has a cat.", /lacks "However, the So/],
    ["no target", "Both images show a dog. However, the Source Image is red.", /lacks "whereas/],
    [
      "no common points",
      "Both images. However, the Source Image a, whereas the Target Image b.",
      /lacks|nothing/,
    ],
    [
      "an empty source",
      "Both images show x. However, the Source Image, whereas the Target Image is b.",
      /nothing under "Source Image"/,
    ],
    [
      "an empty target",
      "Both images show x. However, the Source Image is a, whereas the Target Image …",
      /nothing under "Target Image"/,
    ],
    [
      "placeholders",
      "Both images [common points]. However, the Source Image [differences], whereas the Target Image [differences].",
      /placeholder/,
    ],
    [
      "angled placeholders",
      "Both images ‹common points›. However, the Source Image ‹a›, whereas the Target Image ‹b›.",
      /placeholder/,
    ],
    [
      "no difference",
      "Both images show a cat. However, the Source Image is red, whereas the Target Image is Red.",
      /alike/,
    ],
    [
      "endless whitespace",
      `Both images show ${" ".repeat(9000)}x`,
      /9018 characters, expected at most 8000/,
    ],
  ])("rejects %s", (_, answer, message) => {
    expect(() => parseDescription(answer)).toThrow(
      expect.objectContaining({ code: "invalid-output", message: expect.stringMatching(message) }),
    );
  });

  it("gives back any parts that were put into the form", () => {
    const words = fc
      .array(fc.stringMatching(/^[a-z]{2,8}$/), { minLength: 1, maxLength: 8 })
      .map((list) => `shows ${list.join(" ")}`)
      .filter((text) => !/\b(?:image|but|and|while|yet|whereas|however)\b/.test(text));
    fc.assert(
      fc.property(words, words, words, (common, source, target) => {
        fc.pre(source !== target);
        const text = `Both images ${common}. However, the Source Image ${source}, whereas the Target Image ${target}.`;
        expect(parseDescription(text)).toMatchObject({ text, common, source });
        expect(parseDescription(text).target.replace(/\.$/, "")).toBe(target);
      }),
    );
  });

  it("throws nothing but invalid-output, whatever the answer", () => {
    const pieces = fc.constantFrom("Both images", " However, ", "the Source Image", ...PIECES);
    const answers = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }).map((list) => list.join("")),
    );
    fc.assert(
      fc.property(answers, (answer) => {
        const parsed = descriptionOf(answer);
        if (parsed === undefined) return;
        expect(parsed.text).not.toMatch(/\n/);
        for (const part of Object.values(parsed)) expect(part).toMatch(/\p{L}/u);
      }),
      { numRuns: 500 },
    );
  });
});
