import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadOnnxEncoder } from "@megapairs/encoder-onnx";
import type { OnnxEncoderSettings } from "@megapairs/encoder-onnx";
import type { EncoderInput, EncoderV1 } from "@megapairs/spec";
import { afterEach, describe, expect, it } from "vitest";
import {
  copy,
  largestDifference,
  fixtures,
  image,
  picture,
  pictureNames,
  reference,
  rowsOf,
} from "./fixtures.ts";

const opened: EncoderV1[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (encoder) => encoder.dispose?.()));
});

async function load(name: string, settings: Partial<OnnxEncoderSettings> = {}): Promise<EncoderV1> {
  const encoder = await loadOnnxEncoder({ threads: 1, ...settings, model: join(fixtures, name) });
  opened.push(encoder);
  return encoder;
}

const texts: readonly EncoderInput[] = reference.texts.map((text) => ({ type: "text", text }));
const pictures: readonly EncoderInput[] = pictureNames.map(image);

describe("loadOnnxEncoder agrees with torch", () => {
  it.each([
    ["clip", "clip", "fp32", 1e-5],
    ["clip", "clip", "fp16", 2e-3],
    ["clip", "clip", "quantized", 0.05],
    ["clip-joint", "clip", "fp32", 1e-5],
    ["siglip", "siglip", "fp32", 1e-5],
  ] as const)("on texts and pictures of %s (%s, %s)", async (folder, name, variant, tolerance) => {
    const encoder = await load(folder, { variant });
    const { text, image: seen } = reference[name];
    expect(largestDifference(await rowsOf(encoder, texts), text)).toBeLessThan(tolerance);
    expect(
      largestDifference(
        await rowsOf(encoder, pictures),
        pictureNames.map((key) => seen[key]),
      ),
    ).toBeLessThan(tolerance);
  });

  it("on composed queries of CLIP: raw features added, then one norm", async () => {
    const encoder = await load("clip");
    const { composed } = reference.clip;
    const inputs = composed.map(({ image: name, text }): EncoderInput => ({
      type: "composed",
      image: picture(name),
      text,
    }));
    expect(
      largestDifference(
        await rowsOf(encoder, inputs),
        composed.map(({ embedding }) => embedding),
      ),
    ).toBeLessThan(1e-5);
  });

  it.each([
    ["dinov2", undefined, "image"],
    ["dinov2", "cls", "image"],
    ["dinov2", "mean", "mean"],
    ["vit", undefined, "image"],
    ["vit", "mean", "mean"],
    ["vit", "pooler", "pooler"],
  ] as const)("on pictures of %s with pooling %s", async (name, pooling, expected) => {
    const encoder = await load(name, { pooling });
    const rows = reference[name][expected];
    expect(
      largestDifference(
        await rowsOf(encoder, pictures),
        pictureNames.map((key) => rows[key]),
      ),
    ).toBeLessThan(1e-5);
    expect(encoder.supports.inputs).toEqual(["image"]);
  });
});

describe("loadOnnxEncoder", () => {
  it("keeps the order of a mixed batch, larger than what goes through a graph at once", async () => {
    const encoder = await load("clip");
    const inputs = Array.from({ length: 20 }, (_, index): EncoderInput => {
      const name = pictureNames[index % 3] ?? "";
      return index % 2 === 0 ? image(name) : { type: "text", text: `number ${index}` };
    });
    const alone: (readonly number[] | undefined)[] = [];
    for (const input of inputs) alone.push((await rowsOf(encoder, [input]))[0]);
    expect(largestDifference(await rowsOf(encoder, inputs), alone)).toBeLessThan(1e-5);
  });

  it("gives a dynamically quantised row the same bits whatever is beside it", async () => {
    const encoder = await load("clip", { variant: "quantized" });
    for (const [input, neighbours] of [
      [pictures[0], pictures],
      [texts[0], texts],
    ] as const) {
      const [alone] = input === undefined ? [] : await rowsOf(encoder, [input]);
      const [inBatch] = await rowsOf(encoder, neighbours);
      expect(inBatch).toEqual(alone);
    }
  });

  it("takes no composed inputs where one graph gives normalised features", async () => {
    const encoder = await load("clip-joint");
    expect(encoder.supports.inputs).toEqual(["text", "image"]);
    const composed: EncoderInput = { type: "composed", image: picture("wide"), text: "a" };
    await expect(rowsOf(encoder, [composed])).rejects.toMatchObject({
      code: "unsupported",
      message: "clip-joint takes text, image, found composed at input 0",
    });
  });

  it.each([
    ["text", ["text"]],
    ["image", ["image"]],
  ] as const)("loads the %s tower alone", async (tower, inputs) => {
    for (const name of ["clip", "clip-joint"]) {
      const encoder = await load(name, { tower });
      expect(encoder.supports.inputs).toEqual(inputs);
      const rows = tower === "text" ? reference.clip.text : [reference.clip.image["wide"]];
      expect(
        largestDifference(await rowsOf(encoder, tower === "text" ? texts : [image("wide")]), rows),
      ).toBeLessThan(1e-5);
    }
  });

  it("needs no text files for the image tower", async () => {
    const folder = copy("clip");
    for (const file of ["tokenizer.json", "tokenizer_config.json", "onnx/text_model.onnx"]) {
      rmSync(join(folder, file));
    }
    const encoder = await loadOnnxEncoder({ model: folder, tower: "image", threads: 1 });
    opened.push(encoder);
    expect(encoder).toMatchObject({ modelId: "clip", dimensions: 24 });
  });

  it("names the input whose picture does not decode", async () => {
    const encoder = await load("dinov2");
    const broken = Buffer.from(picture("wide").bytes).subarray(0, 200);
    const inputs = [
      image("wide"),
      { type: "image", image: { ...picture("wide"), bytes: broken } },
    ] as const;
    await expect(rowsOf(encoder, inputs)).rejects.toMatchObject({
      code: "corrupt-data",
      message: expect.stringContaining("the image of input 1") as string,
      details: { index: 1 },
    });
  });

  it("takes no calls after it is disposed", async () => {
    const encoder = await load("dinov2");
    await encoder.dispose?.();
    await expect(rowsOf(encoder, pictures)).rejects.toMatchObject({ code: "invalid-argument" });
  });
});

describe("the fingerprint", () => {
  it("is the same for the same files", async () => {
    const copied = await loadOnnxEncoder({ model: copy("clip"), maxBatch: 4 });
    opened.push(copied);
    expect(copied.fingerprint).toBe((await load("clip", { threads: 1 })).fingerprint);
  });

  it("differs by weights, tower, pooling, preprocessing and tokenizer", async () => {
    const resized = copy("clip");
    const config = join(resized, "preprocessor_config.json");
    const { default: json } = (await import(config, { with: { type: "json" } })) as {
      default: object;
    };
    writeFileSync(config, JSON.stringify({ ...json, resample: 2 }));
    const retokenized = copy("clip");
    const tokenizer = join(retokenized, "tokenizer_config.json");
    const { default: settings } = (await import(tokenizer, { with: { type: "json" } })) as {
      default: object;
    };
    writeFileSync(tokenizer, JSON.stringify({ ...settings, model_max_length: 20 }));
    const encoders = [
      await load("clip"),
      await load("clip", { variant: "fp16" }),
      await load("clip", { tower: "image" }),
      await loadOnnxEncoder({ model: resized }),
      await loadOnnxEncoder({ model: retokenized }),
      await load("dinov2"),
      await load("dinov2", { pooling: "mean" }),
    ];
    opened.push(...encoders);
    expect(new Set(encoders.map(({ fingerprint }) => fingerprint)).size).toBe(encoders.length);
  });
});

describe("loadOnnxEncoder refuses", () => {
  it.each([
    ["/nowhere/at/all", {}, "there is no folder /nowhere/at/all"],
    ["./nowhere", {}, "there is no folder ./nowhere"],
  ])("%s", async (model, settings, message) => {
    await expect(loadOnnxEncoder({ model, ...settings })).rejects.toMatchObject({
      code: "invalid-argument",
      message,
    });
  });

  it("a variant that is not there, naming what is", async () => {
    await expect(load("clip", { variant: "q4" })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringMatching(
        /has no onnx\/vision_model_q4\.onnx or onnx\/model_q4\.onnx, found onnx\/text_model\.onnx, .*onnx\/vision_model_quantized\.onnx$/,
      ) as string,
    });
  });

  it.each(["config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"])(
    "a model without %s",
    async (file) => {
      const model = copy("clip");
      rmSync(join(model, file));
      await expect(loadOnnxEncoder({ model })).rejects.toMatchObject({
        code: "invalid-argument",
        message: expect.stringContaining(`has no ${file}, found`) as string,
      });
    },
  );

  it("a folder of something else, without naming everything in it", async () => {
    const model = copy("dinov2");
    rmSync(join(model, "config.json"));
    for (let file = 10; file < 60; file += 1) writeFileSync(join(model, `${file}.txt`), "");
    mkdirSync(join(model, "deep"));
    writeFileSync(join(model, "deep/00.txt"), "");
    await expect(loadOnnxEncoder({ model })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringMatching(
        /has no config\.json, found 10\.txt, 11\.txt, .* 33\.txt and 28 more$/,
      ) as string,
    });
  });

  it("a text tower of a model that has none", async () => {
    await expect(load("dinov2", { tower: "text" })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  it("a pooling that the graph has no output for", async () => {
    await expect(load("clip", { pooling: "mean" })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(
        "has the outputs image_embeds, expected last_hidden_state",
      ) as string,
    });
  });

  it("a graph of another size than its preprocessing", async () => {
    const model = copy("dinov2");
    const config = { size: 16, mean: [0, 0, 0], std: [1, 1, 1] };
    writeFileSync(join(model, "preprocessor_config.json"), JSON.stringify(config));
    await expect(loadOnnxEncoder({ model })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("found float32 [1, 3, 16, 16]") as string,
    });
  });

  it.each([
    ["{", "corrupt-data"],
    ["{}", "corrupt-data"],
    ['{"model_type": "llama"}', "unsupported"],
  ])("a config.json of %s", async (json, code) => {
    const model = copy("dinov2");
    writeFileSync(join(model, "config.json"), json);
    await expect(loadOnnxEncoder({ model })).rejects.toMatchObject({ code });
  });

  it("weights that are none", async () => {
    const model = copy("dinov2");
    writeFileSync(join(model, "onnx/model.onnx"), "version https://git-lfs.github.com/spec/v1");
    await expect(loadOnnxEncoder({ model })).rejects.toMatchObject({ code: "corrupt-data" });
  });

  it("a batch of none at once", async () => {
    await expect(load("dinov2", { maxBatch: 0 })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});
