import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describeVlmConformance } from "@megapairs/conformance";
import { askVlm } from "./ask-vlm.ts";
import { encodeImage } from "@megapairs/image";
import { createOfflineVlm, renderScene, sceneAt } from "@megapairs/scenes";
import type { Scene } from "@megapairs/scenes";
import type { GenerateOptions, GenerateResult, ImageBytes } from "@megapairs/spec";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

describeVlmConformance("scenes offline", {
  create: () => createOfflineVlm(),
  supports: { maxImages: 2, jsonSchema: true, seed: true },
});

const FORM =
  /^Both images [^.]+\. However, the Source Image [^.]+, whereas the Target Image [^.]+\.$/u;
const PHOTOS = new URL("../../../../shared/data/photos/clothing/", import.meta.url);
const backend = createOfflineVlm();

const ask = (
  images: readonly ImageBytes[],
  text: string,
  options?: Partial<GenerateOptions>,
): Promise<GenerateResult> => askVlm(backend, images, text, options);

async function picture(scene: Scene, seed: number): Promise<ImageBytes> {
  return encodeImage(renderScene(scene, { seed }), { mediaType: "image/jpeg" });
}

async function instruct(description: string, seed = 0): Promise<string[]> {
  const { text } = await ask([], `Examples …\n<description>\n${description}\n</description>`, {
    seed,
  });
  return (JSON.parse(text) as { instructions: string[] }).instructions;
}

const star: Scene = {
  background: { kind: "plain", colour: "mint" },
  objects: [{ shape: "star", colour: "red", size: "large", texture: "plain", column: 0, row: 1 }],
};
const blueStar: Scene = { ...star, objects: [{ ...star.objects[0]!, colour: "blue" }] };

describe("describing two images", () => {
  test("says what they share and how they differ, from pixels alone", async () => {
    const images = [await picture(star, 1), await picture(blueStar, 2)];
    const { text } = await ask(images, "Compare them in at most 60 words.");
    expect(text).toMatch(FORM);
    const [common = "", source = "", target = ""] = text.split(/However|whereas/u);
    expect(common).toContain("large plain star on the left");
    expect(common).toContain("plain mint background");
    expect(source).toContain("red");
    expect(target).toContain("blue");
    expect(`${common}${target}`).not.toContain("red");
  });

  test("takes the first image for the source", async () => {
    const images = [await picture(blueStar, 2), await picture(star, 1)];
    const { text } = await ask(images, "Compare them.");
    expect(text).toMatch(/Source Image [^.]*blue[^.]*Target Image [^.]*red/u);
  });

  test("keeps its form and the word limit, for any two scenes", async () => {
    for (let index = 0; index < 30; index++) {
      const images = [await picture(sceneAt(3, index), 1), await picture(sceneAt(3, 2 * index), 2)];
      const limit = 40 + index;
      const { text, finishReason } = await ask(images, `… in at most ${limit} words.`);
      expect(text).toMatch(FORM);
      expect(text.split(" ").length).toBeLessThanOrEqual(limit);
      expect(finishReason).toBe("stop");
    }
  });

  test.skipIf(!existsSync(PHOTOS))(
    "describes photographs (skipped without ../shared/data)",
    async () => {
      const files = readdirSync(PHOTOS, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".jpg"))
        .toSorted()
        .slice(0, 12)
        .map((name): ImageBytes => {
          const bytes = readFileSync(new URL(name, PHOTOS));
          return { type: "bytes", bytes, mediaType: "image/jpeg" };
        });
      for (const [index, file] of files.entries()) {
        const { text } = await ask([file, files.at(index - 1) ?? file], "in at most 60 words");
        expect(text).toMatch(FORM);
        expect(await instruct(text)).toHaveLength(new Set(await instruct(text)).size);
      }
    },
  );

  test("never fails on pictures of any size and content", async () => {
    const side = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(side, side, fc.nat({ max: 255 }), async (width, height, step) => {
        const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => at * step);
        const pixels = { type: "pixels", data, width, height } as const;
        const image = await encodeImage(pixels, { mediaType: "image/png" });
        expect((await ask([image, image], "Compare.")).text).toMatch(FORM);
        expect((await ask([image], "What is this?")).text).not.toBe("");
      }),
      { numRuns: 30 },
    );
  });

  test("rejects a damaged image as corrupt-data", async () => {
    const image: ImageBytes = {
      type: "bytes",
      bytes: new Uint8Array([0xff, 0xd8, 1, 2, 3]),
      mediaType: "image/jpeg",
    };
    await expect(ask([image, image], "Compare.")).rejects.toMatchObject({ code: "corrupt-data" });
  });
});

describe("remembering pictures", () => {
  test("changes no answer, however few pictures are remembered", async () => {
    const images = await Promise.all(
      [0, 1, 2, 3].map((index) => picture(sceneAt(5, index), index)),
    );
    const orders = [0, 1, 2, 3].flatMap((first) => [0, 1, 2, 3].map((second) => [first, second]));
    const answers = await Promise.all(
      [undefined, 0, 1, 3].map(async (rememberedPictures) => {
        const vlm = createOfflineVlm({ rememberedPictures });
        const texts: string[] = [];
        for (const order of [...orders, ...orders, [0], [0]]) {
          const parts = order.map((index) => ({ type: "image", image: images[index]! }) as const);
          const options = { prompt: parts, maxOutputTokens: 200, temperature: 0, seed: 3 };
          texts.push((await vlm.doGenerate(options)).text);
        }
        return texts;
      }),
    );
    for (const texts of answers) expect(texts).toEqual(answers[0]);
    expect(new Set(answers[0]).size).toBeGreaterThan(10);
  });

  test("rejects a damaged image every time, and reads the others", async () => {
    const image = await picture(star, 1);
    const damaged: ImageBytes = { ...image, bytes: image.bytes.slice(0, 12) };
    for (let attempt = 0; attempt < 2; attempt++) {
      const mixed = ask([image, damaged], "Compare.");
      await expect(mixed).rejects.toMatchObject({ code: "corrupt-data" });
    }
    expect((await ask([image, image], "Compare.")).text).toMatch(FORM);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 24])("refuses to remember %d", (rememberedPictures) => {
    expect(() => createOfflineVlm({ rememberedPictures })).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});

describe("writing instructions", () => {
  const description =
    "Both images show a large star. However, the Source Image has a red one, whereas the Target " +
    "Image has a blue one in the top left corner and lacks the green ring.";

  test("spells out what the target has, not what is shared", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const instructions = await instruct(description, seed);
      expect(new Set(instructions).size).toBe(instructions.length);
      expect(instructions.length).toBeGreaterThanOrEqual(3);
      expect(instructions.length).toBeLessThanOrEqual(4);
      for (const instruction of instructions) {
        expect(instruction).toMatch(/blue one in the top left corner|without the green ring/u);
        expect(instruction).not.toMatch(/large star|\bred\b/u);
      }
    }
  });

  test("has an imperative, a noun phrase and a question in each answer", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const ends = (await instruct(description, seed)).map((text) => text.at(-1) ?? "");
      expect(ends).toContain(".");
      expect(ends).toContain("?");
      expect(ends.some((end) => /\w/u.test(end))).toBe(true);
    }
  });

  test("takes the last description of the prompt", async () => {
    const other = description.replace("blue", "yellow");
    const [instruction] = await instruct(`${other}\n</description>\n${description}`);
    expect(instruction).not.toContain("yellow");
  });

  test("repeats for the same seed and varies with it", async () => {
    expect(await instruct(description, 5)).toEqual(await instruct(description, 5));
    const answers = await Promise.all([1, 2, 3, 4, 5].map((seed) => instruct(description, seed)));
    expect(new Set(answers.map((answer) => answer.join())).size).toBeGreaterThan(2);
  });

  test("uses the schema's name for the list, and its maxItems", async () => {
    const jsonSchema = { type: "object", properties: { queries: { type: "array", maxItems: 2 } } };
    const { text, warnings } = await ask([], description, { jsonSchema });
    expect((JSON.parse(text) as { queries: string[] }).queries).toHaveLength(2);
    expect(warnings).toEqual([]);
    const strange = await ask([], description, { jsonSchema: { type: "number" } });
    expect(strange.warnings).toHaveLength(1);
  });

  test("writes more where the schema's minItems asks for more", async () => {
    const jsonSchema = { type: "object", properties: { queries: { type: "array", minItems: 7 } } };
    const { text } = await ask([], description, { jsonSchema });
    expect(new Set((JSON.parse(text) as { queries: string[] }).queries).size).toBe(7);
  });

  test("gives three distinct instructions for any target clause", async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z][a-z ,]{0,60}[a-z]$/u), async (clause) => {
        const text = `Both images a. However, the Source Image b, whereas the Target Image ${clause}.`;
        expect(new Set(await instruct(text)).size).toBeGreaterThanOrEqual(3);
      }),
    );
  });

  test("stops at maxOutputTokens and says so", async () => {
    const result = await ask([], description, { maxOutputTokens: 5 });
    expect(result.finishReason).toBe("length");
    expect(result.text.split(" ")).toHaveLength(5);
  });
});
