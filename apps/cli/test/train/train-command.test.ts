import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTextTokenizer, loadOnnxEncoder } from "@megapairs/encoder-onnx";
import { decodeImage, parsePreprocessorConfig, preprocess } from "@megapairs/image";
import { createInPlaceModel, createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { loadClipModel, readSafetensors } from "@megapairs/towers";
import type { ClipModel } from "@megapairs/towers";
import { readMetrics } from "@megapairs/train";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { loadTrainConfig } from "../../src/config/load-train-config.ts";
import { runCli } from "../run-cli.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { imageAt, trainHere, writeSmallestConfig, writeTriplets } from "./train-fixture.ts";

const directory = temporaryDirectory();
const path = (...names: string[]): string => join(directory, ...names);
const json = (...names: string[]): unknown => JSON.parse(readFileSync(path(...names), "utf8"));

const CAPTIONS = `
out: captions
model: { config: smallest.json }
data: { captions: "scenes:48" }
sequence: 16
batch: 8
steps: 4
learningRate: 1e-3
averageDecay: 0.5
checkpoints: { every: 2, keep: 2 }
workers: 1
`;

const COMPOSED = `
out: composed
model: { folder: captions }
data: { triplets: triplets-24-3 }
batch: 4
hardNegatives: 3
chunk: 5
steps: 4
learningRate: 1e-3
train: { lora: { rank: 2, match: [q_proj, v_proj] } }
checkpoints: { every: 3 }
workers: 1
`;

describe("captions, then triplets", () => {
  let triplets: string;
  let composed: Awaited<ReturnType<typeof runCli>>;
  beforeAll(async () => {
    writeSmallestConfig(directory);
    writeFileSync(path("captions.yaml"), CAPTIONS);
    writeFileSync(path("composed.yaml"), COMPOSED);
    triplets = await writeTriplets(directory, { count: 24, hardNegatives: 3 });
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await trainHere(await loadTrainConfig(path("captions.yaml"), {}));
    vi.restoreAllMocks();
    composed = await runCli(["train", path("composed.yaml"), "--json"]);
  }, 60_000);

  it("tells the result as JSON, and what happens as events", async () => {
    const result = JSON.parse(composed.stdout) as Record<string, unknown>;
    expect(result).toMatchObject({
      out: path("composed"),
      steps: 4,
      resumed: 0,
      rejects: 0,
      model: path("composed", "model"),
      checkpoint: "step-00000004",
      weights: "last",
    });
    const metrics = await readMetrics(path("composed", "metrics.jsonl"));
    expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(metrics.at(-1)).toEqual(result["metrics"]);
    const events = composed.stderr.trim().split("\n");
    expect(events.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(
      expect.arrayContaining(["stage", "checkpoint", "done"]),
    );
    expect(readFileSync(path("composed", "loss.svg"), "utf8")).toContain("Step 4: loss");
    expect(readFileSync(path("composed", "rejects.jsonl"), "utf8")).toBe("");
  });

  it("exports a model whose embeddings are those of the trained towers, composed ones too", async () => {
    const folder = path("composed", "model");
    const encoder = await loadOnnxEncoder({ model: folder });
    const model = await loadClipModel(folder);
    const bytes = readFileSync(join(triplets, imageAt(0)));
    const text = "a red square on a plain background";
    const image = { type: "bytes", bytes, mediaType: "image/jpeg" } as const;
    try {
      const { embeddings } = await encoder.doEncode({
        inputs: [
          { type: "image", image },
          { type: "text", text },
          { type: "composed", image, text },
        ],
        role: "query",
      });
      const features = await towerFeatures(model, folder, bytes, text);
      const sum = features.image.map((value, at) => value + (features.text[at] ?? 0));
      const expected = [features.image, features.text, sum].map(unit);
      for (const [row, wanted] of expected.entries()) {
        const found = [...embeddings.subarray(row * wanted.length, (row + 1) * wanted.length)];
        const difference = Math.max(...found.map((value, at) => Math.abs(value - wanted[at]!)));
        expect(difference, `row ${row}`).toBeLessThan(1e-5);
      }
    } finally {
      await encoder.dispose?.();
    }
  });

  it("merges LoRA into the weights, which checkpoints keep apart", async () => {
    const before = await readSafetensors(path("captions/model/model.safetensors"));
    const after = await readSafetensors(path("composed/model/model.safetensors"));
    const changed = [...after.weights.keys()].filter((name) => {
      const [old, now] = [before.weights.get(name)!.data, after.weights.get(name)!.data];
      return now.some((value, at) => value !== old[at]);
    });
    expect(changed.filter((name) => name !== "logit_scale").length).toBe(2 * 2 * 2);
    expect(changed.every((name) => /logit_scale|[qv]_proj\.weight$/.test(name))).toBe(true);
    expect(after.weights.get("logit_scale")!.data[0]).toBeCloseTo(Math.log(50), 5);
    const kept = await readSafetensors(
      path("composed/checkpoints/step-00000004/weights.safetensors"),
    );
    expect([...kept.weights.keys()].every((name) => name.includes(".lora_"))).toBe(true);
  });

  it("exports the average where one is kept, and any checkpoint on demand", async () => {
    const checkpoint = path("captions/checkpoints/step-00000002");
    const to = path("exported");
    const args = ["--checkpoint", "step-00000002", "--last", "--to", to, "--json"];
    const exported = await runCli(["train", "export", path("captions"), ...args]);
    expect(exported.stderr).toBe("");
    expect(JSON.parse(exported.stdout)).toEqual({
      model: to,
      checkpoint: "step-00000002",
      step: 2,
      weights: "last",
    });
    const name = "visual_projection.weight";
    const read = async (file: string): Promise<Float32Array> =>
      (await readSafetensors(file)).weights.get(name)!.data;
    expect(await read(join(to, "model.safetensors"))).toEqual(
      await read(join(checkpoint, "weights.safetensors")),
    );
    expect(await read(path("captions/model/model.safetensors"))).toEqual(
      await read(path("captions/checkpoints/step-00000004/average.safetensors")),
    );
    expect(json("exported/tokenizer_config.json")).toMatchObject({ model_max_length: 16 });
  }, 30_000);

  it("exports weights as halves, which training begins with and encoders open", async () => {
    const to = path("half");
    const args = ["train", "export", path("captions"), "--half", "--to", to];
    expect((await runCli(args)).code).toBe(0);
    const whole = await loadClipModel(path("captions/model"));
    const half = await loadClipModel(to);
    const name = "visual_projection.weight";
    expect([...half.weights.get(name)!.data]).toEqual(
      [...whole.weights.get(name)!.data].map((value) => Math.f16round(value)),
    );
    const size = (folder: string): number => statSync(join(folder, "onnx/vision_model.onnx")).size;
    expect(size(to)).toBeLessThan(0.6 * size(path("captions/model")));
    const encoder = await loadOnnxEncoder({ model: to, threads: 1 });
    const { embeddings } = await encoder.doEncode({
      inputs: [{ type: "text", text: "a red ring" }],
      role: "query",
    });
    expect(Math.hypot(...embeddings)).toBeCloseTo(1, 5);
    await encoder.dispose?.();
  }, 30_000);

  it("works out the cost before anything is spent", async () => {
    const args = ["train", path("composed.yaml"), "--out", path("dry"), "--dry-run"];
    const { stdout, code } = await runCli(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^data +24 examples/m);
    expect(stdout).toMatch(/^steps +4 of 4 queries with 3 hard negatives each, 5 rows at once$/m);
    expect(stdout).toMatch(/^parameters +[\d,]+, trained 1,024 /m);
    expect(stdout).toMatch(/^memory +about \d+ MB, which fits into the/m);
    expect(stdout).toMatch(/^time +about .* an estimate, at 80 % of the .*FLOP\/s/m);
    expect(existsSync(path("dry"))).toBe(false);
  }, 30_000);
});

async function towerFeatures(
  model: ClipModel,
  folder: string,
  bytes: Uint8Array,
  text: string,
): Promise<{ image: number[]; text: number[] }> {
  const file = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const preprocessing = parsePreprocessorConfig(file("preprocessor_config.json"));
  const pixels = preprocess(await decodeImage(bytes), preprocessing);
  const { ids } = createTextTokenizer({
    tokenizer: file("tokenizer.json"),
    config: file("tokenizer_config.json"),
    contextLength: 16,
    padding: "context",
  }).encode([text]);
  const { width, height } = preprocessing;
  const pixelValues = createOnnxTensor("float32", Float32Array.from(pixels), [1, 3, height, width]);
  return {
    image: await run(model, 0, { pixel_values: pixelValues }),
    text: await run(model, 1, { input_ids: createOnnxTensor("int64", ids, [1, 16]) }),
  };
}

/** A tower as the trainer runs it: weights as inputs. */
async function run(
  { towers, weights }: ClipModel,
  at: number,
  data: Record<string, OnnxTensor>,
): Promise<number[]> {
  const tower = towers[at]!;
  const model = await createInPlaceModel({ definition: tower.model, threads: 1 });
  const own = tower.weightNames.map((name): [string, OnnxTensor] => {
    const { data: numbers, dims } = weights.get(name)!;
    return [name, createOnnxTensor("float32", numbers, dims)];
  });
  const features = new Float32Array(new SharedArrayBuffer(4 * tower.dimensions));
  const into = { [tower.output]: createOnnxTensor("float32", features, [1, tower.dimensions]) };
  await model.run({ ...Object.fromEntries(own), ...data }, into);
  await model.dispose();
  return [...features];
}

function unit(values: readonly number[]): number[] {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}
