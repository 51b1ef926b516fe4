import { createOnnxTensor } from "@megapairs/onnx";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { addLora } from "@megapairs/towers";
import { createTrainer } from "@megapairs/train";
import type { Trainer, TrainerSettings } from "@megapairs/train";
import type { TrainingReference } from "./training-reference.ts";
import { readTrainingReference, relativeDistance } from "./training-reference.ts";

let reference: TrainingReference;
let llava: TrainingReference;
beforeAll(async () => {
  reference = await readTrainingReference("clip");
  llava = await readTrainingReference("llava");
});

/** Each session is a thread to start, which a busy machine does slowly. */
const SLOW = { timeout: 60_000 };

const trainers: Trainer[] = [];
afterEach(async () => {
  await Promise.all(trainers.splice(0).map((trainer) => trainer.dispose()));
});

async function start(
  settings: Partial<TrainerSettings> = {},
  from: TrainingReference = reference,
): Promise<Trainer> {
  const { learningRate, betas, epsilon, weightDecay, clipNorm, temperature } = from.settings;
  const trainer = await createTrainer({
    model: from.model,
    capacity: from.capacity,
    dimensions: from.dimensions,
    temperature,
    schedule: { peak: learningRate, steps: 10, warmup: 0, decay: "constant" },
    adamW: { betas, epsilon, weightDecay },
    clipNorm,
    session: { threads: 1 },
    ...settings,
  });
  trainers.push(trainer);
  return trainer;
}

describe("createTrainer against torch", SLOW, () => {
  it.each([
    ["CLIP, the whole batch in one graph", "clip", {}],
    ["CLIP by GradCache in chunks that do not divide the rows", "clip", { chunk: 5 }],
    ["the MLLM form, the whole batch in one graph", "llava", {}],
    ["the MLLM form by GradCache", "llava", { chunk: 6 }],
  ] as const)("takes the ten steps that torch takes: %s", async (_, form, settings) => {
    const expected = form === "clip" ? reference : llava;
    const trainer = await start(
      { ...settings, trained: [...expected.gradients.keys()].filter(isTrained) },
      expected,
    );
    const { memory } = trainer;
    const results = [await trainer.step([expected.batch])];
    for (const [name, { data }] of memory.gradients) {
      const gradient = expected.gradients.get(name)!.data;
      const floor = 1e-4 * expected.gradientNorms[0]!; // biases of k_proj have 0 but for rounding
      expect(relativeDistance(data as Float32Array, gradient, floor), name).toBeLessThan(1e-4);
    }
    while (results.length < 10) results.push(await trainer.step([expected.batch]));
    for (const [step, { loss, gradientNorm }] of results.entries()) {
      // Losses near 0 are differences of numbers near 50: as near as float32 comes.
      expect(relativeDistance([loss], [expected.losses[step]!], 0.1)).toBeLessThan(1e-4);
      const norm = expected.gradientNorms[step]!;
      expect(relativeDistance([gradientNorm], [norm], 1)).toBeLessThan(1e-4);
    }
    // Torch's own float32 does not keep those whose gradients are nothing but rounding.
    const isKept = ({ name }: { readonly name: string }): boolean =>
      (expected.float32[name]?.[0] ?? 0) < 1e-4;
    for (const { name } of memory.trained.filter(isKept)) {
      const found = memory.weights.get(name)!.data as Float32Array;
      expect(relativeDistance(found, expected.trained.get(name)!.data), name).toBeLessThan(1e-4);
    }
    const lost = memory.trained.filter((each) => !isKept(each));
    expect(lost.every(({ name }) => name.endsWith("k_proj.bias"))).toBe(true);
  });
});

const isTrained = (name: string): boolean => name !== "logit_scale";

/** All gradients of the first step, flat. */
async function firstGradients(settings: Partial<TrainerSettings>): Promise<Float32Array> {
  const trainer = await start(settings);
  await trainer.step([reference.batch]);
  return trainer.memory.flat.gradients.slice();
}

describe("ways to the same gradients", SLOW, () => {
  it.each([[1], [3], [4], [12]])(
    "GradCache in chunks of %i, against the whole batch",
    async (chunk) => {
      const whole = await firstGradients({});
      expect(relativeDistance(await firstGradients({ chunk }), whole)).toBeLessThan(1e-5);
    },
  );

  it.each([
    ["the whole batch", {}],
    ["GradCache", { chunk: 4 }],
  ])("recomputation gives the same bits: %s", async (_, settings) => {
    const kept = await firstGradients(settings);
    expect(await firstGradients({ ...settings, recompute: true })).toEqual(kept);
  });

  it("averages batches into one step", async () => {
    const trainer = await start();
    const { loss, gradientNorm } = await trainer.step([reference.batch, reference.batch]);
    const once = await start();
    const single = await once.step([reference.batch]);
    expect(loss).toBeCloseTo(single.loss, 6);
    expect(gradientNorm).toBeCloseTo(single.gradientNorm, 4);
    const { weights } = trainer.memory.flat;
    expect(relativeDistance(weights, once.memory.flat.weights)).toBeLessThan(1e-5);
  });

  it("takes fewer rows and candidates than there is room for", async () => {
    const exact = await firstGradients({});
    const roomy = await firstGradients({
      capacity: { queries: 4, candidates: 20, rows: { image: 17, text: 6 } },
    });
    expect(relativeDistance(roomy, exact)).toBeLessThan(1e-5);
  });
});

describe("what is trained", SLOW, () => {
  it("leaves a frozen tower as it is, without a gradient", async () => {
    const trained = reference.model.towers[1]!.weightNames;
    for (const settings of [{}, { chunk: 4 }]) {
      const trainer = await start({ ...settings, trained });
      await trainer.step([reference.batch]);
      const { memory } = trainer;
      expect(memory.trained.map(({ name }) => name).toSorted()).toEqual([...trained].toSorted());
      for (const [name, { data }] of reference.model.weights) {
        const isSame = relativeDistance(memory.weights.get(name)!.data as Float32Array, data) === 0;
        expect(isSame, name).toBe(!trained.includes(name));
      }
    }
  });

  it.each([
    ["CLIP", "clip"],
    ["the MLLM form", "llava"],
  ] as const)("changes nothing but the additions of LoRA: %s", async (_, form) => {
    const from = form === "clip" ? reference : llava;
    const model = addLora(from.model, { rank: 2, match: ["q_proj", "v_proj"], seed: 1 });
    const trainer = await start({ model, trained: model.trainable }, from);
    const { loss } = await trainer.step([from.batch]);
    expect(loss).toBeCloseTo(from.losses[0]!, 3); // B is 0 at first
    const second = await trainer.step([from.batch]);
    expect(second.loss).toBeLessThan(loss);
    for (const [name, { data }] of model.weights) {
      const found = trainer.memory.weights.get(name)!.data as Float32Array;
      const isSame = Buffer.compare(bytesOf(found), bytesOf(data)) === 0;
      expect(isSame, name).toBe(!model.trainable.includes(name));
    }
  });

  it.each([
    ["whole", {}],
    ["GradCache", { chunk: 5 }],
  ])("learns a temperature and both directions: %s", async (_, settings) => {
    const options = { temperature: "learned", direction: "both", ...settings } as const;
    const before = await start({ ...options, schedule: slow });
    const { loss } = await before.step([reference.batch]);
    const gradient = Number(before.memory.gradients.get("logit_scale")!.data[0]);
    const losses: number[] = [];
    for (const nudge of [-1e-2, 1e-2]) {
      const trainer = await start({ ...options, schedule: slow });
      const scale = trainer.memory.weights.get("logit_scale")!.data as Float32Array;
      scale[0]! += nudge;
      losses.push((await trainer.step([reference.batch])).loss);
    }
    expect(losses[0]! < loss !== losses[1]! < loss).toBe(true);
    expect(gradient).toBeCloseTo((losses[1]! - losses[0]!) / 2e-2, 2);
  });

  it("does not let a learned temperature fall below a hundredth", async () => {
    const trainer = await start({ temperature: "learned" });
    (trainer.memory.weights.get("logit_scale")!.data as Float32Array)[0] = 9;
    const { temperature } = await trainer.step([reference.batch]);
    expect(temperature).toBeCloseTo(0.01, 6);
  });

  it("keeps an average of the weights", async () => {
    const trainer = await start({ averageDecay: 0.75 });
    const first = trainer.memory.flat.weights.slice();
    await trainer.step([reference.batch]);
    const { weights, average } = trainer.memory.flat;
    const expected = weights.map((weight, at) => 0.75 * (first[at] ?? 0) + 0.25 * weight);
    expect(relativeDistance(average, expected)).toBeLessThan(1e-6);
  });
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

const slow = { peak: 1e-12, steps: 10, warmup: 0, decay: "constant" } as const;

describe("what goes wrong", SLOW, () => {
  it("stops at a loss that is no number, with the weights of the step before", async () => {
    const trainer = await start();
    const image = reference.batch.inputs["image"]!["pixel_values"]!;
    const data = (image.data as Float32Array).slice();
    data[7] = Number.NaN;
    const broken = {
      ...reference.batch,
      inputs: {
        ...reference.batch.inputs,
        image: { pixel_values: createOnnxTensor("float32", data, image.dims) },
      },
    };
    await trainer.step([reference.batch]);
    const { weights, firstMoments } = trainer.memory.flat;
    const before = [weights.slice(), firstMoments.slice()];
    await expect(trainer.step([broken])).rejects.toThrow(
      /^step 2 gave a loss of NaN and a gradient norm of NaN, expected finite numbers; its samples: a, b, c, d$/,
    );
    expect([weights, firstMoments]).toEqual(before);
    expect(trainer.steps).toBe(1);
  });

  it.each([
    [{ temperature: 0 }, "the temperature is 0, expected a number above 0"],
    [{ trained: ["nothing"] }, 'the model has no weight "nothing" to train'],
    [{ trained: [] }, "no weight is trained, expected at least one"],
    [
      { schedule: { peak: 1e-3, steps: 5, warmup: 6, decay: "linear" } },
      "the schedule warms up for 6 of 5 steps, expected 0 to 5",
    ],
    [{ chunk: 0 }, "chunk is 0, expected a whole number of at least 1"],
  ] as const)("refuses %j", async (settings, message) => {
    await expect(start(settings as Partial<TrainerSettings>)).rejects.toThrow(message);
  });

  it.each([
    [{ queries: 5, candidates: 12, rows: { image: 12, text: 4 } }, "4 queries and 12 candidates"],
    [{ queries: 4, candidates: 11, rows: { image: 12, text: 4 } }, "4 queries and 12 candidates"],
    [{ queries: 4, candidates: 12, rows: { image: 9, text: 4 } }, "12 rows for the image tower"],
  ])("refuses a batch that does not fit %j", async (capacity, message) => {
    const trainer = await start({ capacity });
    await expect(trainer.step([reference.batch])).rejects.toThrow(message);
  });

  it("ends a step early when asked, the weights untouched", async () => {
    const trainer = await start();
    const before = trainer.memory.flat.weights.slice();
    await expect(trainer.step([reference.batch], AbortSignal.abort())).rejects.toThrow("aborted");
    expect(trainer.memory.flat.weights).toEqual(before);
  });
});
