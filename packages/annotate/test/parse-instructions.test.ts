import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseInstructions } from "@megapairs/annotate";
import { MegaPairsError } from "@megapairs/spec";

const TEXTS = ["Show it in red.", "The dog's bed, but red", "What if it were red?"];
const JSON_TEXT = JSON.stringify({ instructions: TEXTS });

const PIECES =
  `[|]|{|}|"|'|,|:|\\|\n|1. |- |a|instructions|\ud800|\0|\`\`\`json|</think>|“|”|["a","b","c"]|null`.split(
    "|",
  );

/** Undefined where the answer is refused as it should be. */
function instructionsOf(answer: string): readonly string[] | undefined {
  try {
    return parseInstructions(answer);
  } catch (error) {
    if (MegaPairsError.isInstance(error) && error.code === "invalid-output") return undefined;
    throw error;
  }
}

describe("parseInstructions", () => {
  it.each([
    ["the object asked for", JSON_TEXT],
    ["indented", JSON.stringify({ instructions: TEXTS }, undefined, 2)],
    ["a bare array", JSON.stringify(TEXTS)],
    ["a fenced block", `\`\`\`json\n${JSON_TEXT}\n\`\`\``],
    ["an array in chatter", `Sure, here you go [as JSON]:\n${JSON.stringify(TEXTS)}\nEnjoy!`],
    ["an object in chatter", `Here are {3} queries. ${JSON_TEXT} I hope this helps {really}.`],
    ["the schema, then the answer", `{"type":"object","required":["instructions"]}\n${JSON_TEXT}`],
    ["another property", JSON.stringify({ note: ["x"], instructions: TEXTS })],
    ["another name", JSON.stringify({ queries: TEXTS })],
    ["objects in the list", JSON.stringify({ instructions: TEXTS.map((query) => ({ query })) })],
    ["numbered properties", JSON.stringify({ 1: TEXTS[0], 2: TEXTS[1], 3: TEXTS[2] })],
    ["a Python list", `['Show it in red.', "The dog's bed, but red", 'What if it were red?']`],
    [
      "a Python list, escaped",
      `['Show it in red.', 'The dog\\'s bed, but red', 'What if it were red?']`,
    ],
    [
      "a Python list, not escaped",
      `['Show it in red.', 'The dog's bed, but red', 'What if it were red?']`,
    ],
    [
      "a Python dict",
      `{'instructions': ['Show it in red.', "The dog's bed, but red", 'What if it were red?']}`,
    ],
    ["curly quotes", `[“Show it in red.”, “The dog's bed, but red”, “What if it were red?”]`],
    ["a trailing comma", `{"instructions": ["${TEXTS.join('", "')}",]}`],
    ["missing commas", `[\n"${TEXTS.join('"\n"')}"\n]`],
    ["a numbered list", TEXTS.map((text, index) => `${index + 1}. ${text}`).join("\n")],
    [
      "a numbered list with quotes",
      TEXTS.map((text, index) => ` ${index + 1}) "${text}"`).join("\n"),
    ],
    [
      "bullets under a heading",
      `Queries:\n\n${TEXTS.map((text) => `- ${text}`).join("\n")}\n\nDone.`,
    ],
    [
      "style labels",
      `1. **Imperative:** ${TEXTS[0]}\n2. **Noun phrase**: ${TEXTS[1]}\n3. Question: ${TEXTS[2]}`,
    ],
    [
      "numbers inside the strings",
      JSON.stringify(TEXTS.map((text, index) => `${index + 1}. ${text}`)),
    ],
    ["quotes inside the strings", JSON.stringify(TEXTS.map((text) => `"${text}"`))],
    ["untidy strings", JSON.stringify(TEXTS.map((text) => `  ${text.replace(" ", " \n\t ")} `))],
    ["repetitions", JSON.stringify([...TEXTS, "show it in RED", ...TEXTS])],
    ["empty and overlong strings", JSON.stringify(["", "  ", "...", "x".repeat(301), ...TEXTS])],
    ["other types in the list", JSON.stringify([1, null, true, ["nested"], ...TEXTS])],
    ["reasoning with a list in it", `<think>["a b", "c d", "e f"]</think>${JSON_TEXT}`],
    [
      "turns invented afterwards",
      `${JSON_TEXT}\n\n<description>…</description>\n["x y","y z","z x"]`,
    ],
  ])("reads %s", (_, answer) => {
    expect(parseInstructions(answer)).toEqual(TEXTS);
  });

  it("keeps the first five, or as many as asked for", () => {
    const many = JSON.stringify(["a", "b", "c", "d", "e", "f", "g"]);
    expect(parseInstructions(many)).toEqual(["a", "b", "c", "d", "e"]);
    expect(parseInstructions(many, { maximum: 7 })).toHaveLength(7);
    expect(parseInstructions(JSON.stringify(["one"]), { minimum: 1 })).toEqual(["one"]);
  });

  it.each([
    ["nothing", "", 0],
    ["a refusal", "I cannot help with that.", 0],
    ["too few", JSON.stringify({ instructions: TEXTS.slice(0, 2) }), 2],
    ["one text three times", JSON.stringify(["Red!", "red", " RED."]), 1],
    ["a list cut off", `{"instructions": ["${TEXTS.join('", "')}`, 0],
    ["prose", TEXTS.join(" "), 0],
    ["the schema alone", `{"type":"object","properties":{"instructions":{"type":"array"}}}`, 1],
    ["brackets without end", "[{".repeat(3000), 0],
  ])("rejects %s", (_, answer, count) => {
    expect(() => parseInstructions(answer)).toThrow(
      expect.objectContaining({
        code: "invalid-output",
        message: `found ${count} distinct instructions, expected at least 3`,
      }),
    );
  });

  it("reads any list of sentences as JSON writes it and as Python prints it", () => {
    const sentence = fc
      .array(fc.stringMatching(/^[A-Za-z"'éß-]*[a-z]$/), { minLength: 2, maxLength: 6 })
      .map((words) => `Show ${words.join(" ")}`);
    const lists = fc.uniqueArray(sentence, {
      minLength: 3,
      maxLength: 5,
      selector: (text) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " "),
    });
    fc.assert(
      fc.property(lists, (texts) => {
        expect(parseInstructions(JSON.stringify({ instructions: texts }))).toEqual(texts);
        const python = texts.map((text) => `'${text.replaceAll(/['"]/g, String.raw`\$&`)}'`);
        expect(parseInstructions(`[${python.join(", ")}]`)).toEqual(texts);
      }),
    );
  });

  it("throws nothing but invalid-output, whatever the answer", () => {
    const pieces = fc.constantFrom(...PIECES);
    const answers = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }).map((list) => list.join("")),
    );
    fc.assert(
      fc.property(answers, (answer) => {
        const texts = instructionsOf(answer);
        if (texts === undefined) return;
        expect(texts.length).toBeGreaterThanOrEqual(3);
        expect(new Set(texts.map((text) => text.toLowerCase())).size).toBe(texts.length);
        for (const text of texts) expect(text).toBe(text.trim());
      }),
      { numRuns: 500 },
    );
  });
});
