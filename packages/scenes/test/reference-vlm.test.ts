import { describeVlmConformance } from "@megapairs/conformance";
import { askVlm } from "./ask-vlm.ts";
import { decodeImage } from "@megapairs/image";
import {
  createCombinationReader,
  createReferenceVlm,
  measureReading,
  splitCombinations,
} from "@megapairs/scenes";
import type { Combination, ReadCombination } from "@megapairs/scenes";
import type { GenerateOptions, GenerateResult, ImageBytes, ImagePixels } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { describe, expect, test } from "vitest";
import { codedPicture, createWordEncoder } from "./word-encoder.ts";

describeVlmConformance("scenes reference", {
  create: () => createReferenceVlm({ encoder: createWordEncoder() }),
  supports: { maxImages: 2, jsonSchema: true, seed: true },
});

const backend = createReferenceVlm({ encoder: createWordEncoder() });
const star: Combination = { shape: "star", colour: "red", background: "mint" };

const ask = (
  images: readonly ImageBytes[],
  text: string,
  options?: Partial<GenerateOptions>,
): Promise<GenerateResult> => askVlm(backend, images, text, options);

async function compare(source: Combination, target: Combination): Promise<string> {
  const images = [await codedPicture(source), await codedPicture(target)];
  return (await ask(images, "Compare them in at most 60 words.")).text;
}

describe("createReferenceVlm", () => {
  test.each([
    [
      { ...star, colour: "blue" },
      /Both images \w+ a star and a mint background\. .* has a red one, .* has a blue one\./u,
    ],
    [
      { ...star, shape: "arrow" },
      /Both images \w+ a red shape and a mint background\. .* has a star, .* has an arrow\./u,
    ],
    [
      { ...star, background: "azure" },
      /Both images \w+ a red star\. .* has a mint background, .* has an azure background\./u,
    ],
    [
      { shape: "ring", colour: "teal", background: "mint" },
      /a single shape and a mint background\. .* has a red star, .* has a teal ring\./u,
    ],
    [star, /Both images \w+ a red star and a mint background\. .* is one copy, .*another copy\./u],
  ] as const)("says what is shared and what differs: %j", async (target, expected) => {
    expect(await compare(star, target)).toMatch(expected);
  });

  test("writes instructions that name what the target alone has", async () => {
    const description = await compare(star, { ...star, colour: "blue" });
    const { text } = await ask([], description, { seed: 3 });
    const { instructions } = JSON.parse(text) as { instructions: string[] };
    expect(instructions.length).toBeGreaterThanOrEqual(3);
    for (const instruction of instructions) {
      expect(instruction).toContain("blue one");
      expect(instruction).not.toMatch(/\bred\b|\bstar\b|mint/u);
    }
  });

  test("leaves no difference out of an instruction", async () => {
    const description = await compare(star, { shape: "ring", colour: "red", background: "white" });
    for (let seed = 0; seed < 10; seed++) {
      const { text } = await ask([], description, { seed });
      for (const instruction of (JSON.parse(text) as { instructions: string[] }).instructions) {
        expect(instruction).toContain("a ring and a white background");
      }
    }
  });

  test("captions one picture", async () => {
    const { text } = await ask([await codedPicture(star)], "What is this?");
    expect(text.toLowerCase()).toMatch(/red star/u);
  });

  test.each(["image", "text"] as const)("refuses an encoder of %s alone", (input) => {
    const encoder = createWordEncoder({ inputs: [input] });
    expect(() => createReferenceVlm({ encoder })).toThrow(
      expect.objectContaining({ code: "unsupported" }),
    );
  });
});

describe("createCombinationReader", () => {
  test("reads every combination that its encoder can tell apart", async () => {
    const read = createCombinationReader({ encoder: createWordEncoder() });
    const { heldOut } = splitCombinations();
    for (const combination of heldOut.slice(0, 20)) {
      expect(await read(await decoded(combination))).toEqual(combination);
    }
  });

  test("tries again after captions could not be encoded", async () => {
    const encoder = createWordEncoder();
    let calls = 0;
    const read = createCombinationReader({
      encoder: {
        ...encoder,
        doEncode: (options) => {
          calls += 1;
          if (calls === 1) throw new MegaPairsError("unavailable", "not yet");
          return encoder.doEncode(options);
        },
      },
    });
    const picture = await decoded(star);
    await expect(read(picture)).rejects.toMatchObject({ code: "unavailable" });
    expect(await read(picture)).toEqual(star);
  });
});

describe("measureReading", () => {
  test("counts errors by attribute over pictures in rounds", async () => {
    const { trained } = splitCombinations();
    const combinations = trained.slice(0, 4);
    let at = 0;
    const read: ReadCombination = () => {
      const truth = combinations[at % 4]!;
      at += 1;
      const shape = at <= 2 ? (truth.shape === "ring" ? "star" : "ring") : truth.shape;
      const background =
        at === 1 ? (truth.background === "mint" ? "azure" : "mint") : truth.background;
      return Promise.resolve({ ...truth, shape, background });
    };
    expect(await measureReading({ read, combinations, images: 8, seed: 1 })).toEqual({
      images: 8,
      errors: { shape: 0.25, colour: 0, background: 0.125 },
      anyError: 0.25,
    });
    await expect(
      measureReading({ read, combinations: [], images: 8, seed: 1 }),
    ).rejects.toMatchObject({ code: "invalid-argument" });
  });
});

async function decoded(combination: Combination): Promise<ImagePixels> {
  return decodeImage((await codedPicture(combination)).bytes);
}
