import { array, assert, integer, property, string } from "fast-check";
import { expect, test } from "vitest";

import { drawSample } from "../../src/data/draw-sample.ts";
import type { DrawOptions } from "../../src/data/draw-sample.ts";
import type { TrainingSample } from "../../src/data/sample-set.ts";

const sample: TrainingSample = {
  id: "pairs.jsonl#1",
  queryImage: "q",
  texts: ["one", "two", "three"],
  positiveImage: "t",
  hardNegativeImages: ["q", "a", "b", "c", "d"],
};
const visit: DrawOptions = { seed: 1, epoch: 0, index: 0, hardNegatives: 3 };

test("a draw is what it always was", () => {
  const draws = [0, 1, 2, 3].map((epoch) => drawSample(sample, { ...visit, epoch }));
  expect(draws.map(({ text, hardNegativeImages }) => [text, hardNegativeImages.join("")])).toEqual([
    ["one", "qbd"],
    ["two", "qcd"],
    ["one", "qad"],
    ["one", "qcd"],
  ]);
});

test("negatives: the first always, others once and in order, never an answer", () => {
  const keys = array(string({ maxLength: 2 }), { maxLength: 12 });
  const options = [integer(), integer({ min: 0, max: 9 })] as const;
  assert(
    property(keys, keys, ...options, (listed, others, seed, hardNegatives) => {
      const drawn = drawSample(
        { ...sample, hardNegativeImages: listed, otherPositiveImages: others },
        { ...visit, seed, hardNegatives },
      ).hardNegativeImages;
      const usable = [...new Set(listed)].filter((key) => key !== "t" && !others.includes(key));
      expect(drawn).toHaveLength(Math.min(hardNegatives, usable.length));
      expect(drawn).toEqual(usable.filter((key) => drawn.includes(key)));
      expect(drawn.slice(0, 1)).toEqual(usable.slice(0, Math.min(1, hardNegatives)));
    }),
  );
});

test("over many visits every text and every other negative is drawn equally often", () => {
  const seen = new Map<string, number>();
  for (const [seed, epoch, index] of Array.from({ length: 3000 }, (_, at) => [
    at % 3,
    Math.floor(at / 3) % 50,
    Math.floor(at / 150),
  ])) {
    const options = { seed: seed!, epoch: epoch!, index: index!, hardNegatives: 3 };
    const { text, hardNegativeImages } = drawSample(sample, options);
    for (const name of [text!, ...hardNegativeImages.slice(1)]) {
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
  }
  for (const text of sample.texts) expect(Math.abs(seen.get(text)! - 1000)).toBeLessThan(100);
  for (const key of "abcd") expect(Math.abs(seen.get(key)! - 1500)).toBeLessThan(110);
});

test("the text does not depend on how many negatives are drawn", () => {
  for (let index = 0; index < 50; index += 1) {
    const texts = [0, 1, 4].map(
      (hardNegatives) => drawSample(sample, { ...visit, index, hardNegatives }).text,
    );
    expect(new Set(texts).size).toBe(1);
  }
});

test("a query of text or of image alone is drawn as it is", () => {
  const { queryImage: _, ...asked } = { ...sample, texts: ["only"] };
  expect(drawSample(asked, visit)).toMatchObject({ queryImage: undefined, text: "only" });
  expect(drawSample({ ...sample, texts: [] }, visit)).toMatchObject({
    queryImage: "q",
    text: undefined,
  });
});

test("several texts are drawn without replacement, the first as when it is alone", () => {
  for (let index = 0; index < 50; index += 1) {
    const { text, moreTexts } = drawSample(sample, { ...visit, index, textsPerSample: 2 });
    expect(text).toBe(drawSample(sample, { ...visit, index }).text);
    expect(new Set([text, ...moreTexts]).size).toBe(2);
    const all = drawSample(sample, { ...visit, index, textsPerSample: 9 });
    const drawn = [all.text, ...all.moreTexts];
    expect(drawn).toHaveLength(sample.texts.length);
    expect(new Set(drawn)).toEqual(new Set(sample.texts));
  }
});
