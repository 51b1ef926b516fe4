import { preprocess } from "@megapairs/image";
import { expect, test } from "vitest";

import { createClipCollate } from "../../src/data/create-clip-collate.ts";
import type { ClipCollateSettings } from "../../src/data/create-clip-collate.ts";
import { withoutNormalization } from "../../src/data/pixel-normalizer.ts";
import type { BatchPlan } from "../../src/data/plan-batch.ts";
import { tokenize } from "./memory-samples.ts";
import { clipPreprocessing, makePicture } from "./pictures.ts";

const image = { name: "image", dataInputs: ["pixel_values"] };
const text = { name: "text", dataInputs: ["input_ids"] };
const preprocessing = clipPreprocessing(4);
const pictures = [1, 2, 3].map((seed) => makePicture(5, 6, seed));
const pixels = pictures.map((picture) =>
  Uint8Array.from(preprocess(picture, withoutNormalization(preprocessing))),
);
const plan: BatchPlan = {
  images: ["a", "b", "q"],
  candidateCount: 2,
  texts: ["red", "green", "b"],
  queries: [
    { sampleId: "1", image: 2, text: 1, positive: 0 },
    { sampleId: "2", image: -1, text: 0, positive: 1 },
    { sampleId: "3", image: 0, text: -1, positive: 1 },
  ],
  excluded: Uint8Array.of(0, 1, 0, 0, 0, 0),
};

test("queries are an image's row and a text's row, candidates an image's", async () => {
  const collate = createClipCollate({ towers: [image, text], tokenize });
  const batch = await collate(plan, { preprocessing, pixels });
  expect(batch.rows).toEqual({ image: 3, text: 3 });
  expect([...batch.queries]).toEqual([2, 4, -1, 3, 0, -1]);
  expect([...batch.candidates]).toEqual([0, 1]);
  expect([...batch.positives]).toEqual([0, 1, 1]);
  expect(batch.excluded).toBe(plan.excluded);
  expect(batch.sampleIds).toEqual(["1", "2", "3"]);
  expect(batch.inputs).toEqual({
    image: {
      pixel_values: {
        dataType: "float32",
        dims: [3, 3, 4, 4],
        data: Float32Array.from(
          pictures.flatMap((picture) => [...preprocess(picture, preprocessing)]),
        ),
      },
    },
    text: {
      input_ids: { dataType: "int64", dims: [3, 5], data: tokenize(plan.texts).ids },
    },
  });
});

test("rows are counted in the order of the model's towers; a mask goes to who takes one", async () => {
  const masked = { name: "words", dataInputs: ["attention_mask", "input_ids"] };
  const collate = createClipCollate({ towers: [masked, image], tokenize, pixelType: "uint8" });
  const batch = await collate(plan, { preprocessing, pixels });
  expect([...batch.queries]).toEqual([5, 1, -1, 0, 3, -1]);
  expect([...batch.candidates]).toEqual([3, 4]);
  expect(Object.keys(batch.inputs)).toEqual(["words", "image"]);
  expect(batch.inputs["words"]).toMatchObject({
    attention_mask: { dims: [3, 5], data: tokenize(plan.texts).mask },
  });
  expect(batch.inputs["image"]?.["pixel_values"]).toEqual({
    dataType: "uint8",
    dims: [3, 3, 4, 4],
    data: Uint8Array.from(pixels.flatMap((picture) => [...picture])),
  });
});

test("a batch without texts leaves the text tower without rows", async () => {
  const queries = [{ sampleId: "3", image: 0, text: -1, positive: 1 }];
  const untold = { ...plan, texts: [], queries, excluded: new Uint8Array(2) };
  const never = (): never => expect.unreachable("no text to tokenize");
  const batch = await createClipCollate({ towers: [image, text], tokenize: never })(untold, {
    preprocessing,
    pixels,
  });
  expect(batch.rows).toEqual({ image: 3, text: 0 });
  expect(batch.inputs["text"]?.["input_ids"]?.dims).toEqual([0, 0]);
  const single = createClipCollate({ towers: [image], tokenize: never });
  expect((await single(untold, { preprocessing, pixels })).rows).toEqual({ image: 3 });
});

test("towers and tokens that do not fit are refused", () => {
  const refused: readonly ClipCollateSettings["towers"][] = [
    [],
    [text],
    [image, image],
    [image, text, text],
    [{ name: "both", dataInputs: ["pixel_values", "input_ids"] }],
    [image, { name: "text", dataInputs: ["input_ids", "position_ids"] }],
    [image, { name: "text", dataInputs: ["attention_mask"] }],
  ];
  for (const towers of refused) {
    expect(() => createClipCollate({ towers, tokenize })).toThrow(
      expect.objectContaining({ code: "invalid-argument" }) as Error,
    );
  }
  const alone = createClipCollate({ towers: [image], tokenize });
  expect(() => alone(plan, { preprocessing, pixels })).toThrow("the model has no text tower");
  const short = (texts: readonly string[]) => ({ ...tokenize(texts), length: 4 });
  const wrong = createClipCollate({ towers: [image, text], tokenize: short });
  expect(() => wrong(plan, { preprocessing, pixels })).toThrow("needs 12 elements");
});
