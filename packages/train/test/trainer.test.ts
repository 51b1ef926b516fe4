import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTrainer } from "../src/trainer.ts";
import type { Trainer, TrainerSettings } from "../src/trainer.ts";
import type { ClipReference } from "./clip-reference.ts";
import { readClipReference, relativeDistance } from "./clip-reference.ts";

let reference: ClipReference;
beforeAll(async () => {
  reference = await readClipReference();
});

const trainers: Trainer[] = [];
afterEach(async () => {
  await Promise.all(trainers.splice(0).map((trainer) => trainer.dispose()));
});

async function start(settings: Partial<TrainerSettings> = {}): Promise<Trainer> {
  const { learningRate, betas, epsilon, weightDecay, clipNorm, temperature } = reference.settings;
  const trainer = await createTrainer({
    model: reference.model,
    capacity: { queries: 4, candidates: 12, rows: { image: 12, text: 4 } },
    dimensions: { sequence: 9 },
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

/** Weights that torch's own float32 keeps: of the others the gradients are nothing but rounding. */
const isKept = (name: string): boolean => (reference.float32[name]?.[0] ?? 0) < 1e-4;

describe("createTrainer against torch", () => {
  it.each([
    ["the whole batch in one graph", {}],
    ["GradCache in chunks that do not divide the rows", { chunk: 5 }],
  ])("takes the ten steps that torch takes: %s", async (_, settings) => {
    const trainer = await start(settings);
    const first = await trainer.step([reference.batch]);
    for (const [name, { data }] of trainer.memory.gradients) {
      const expected = reference.gradients.get(name)!.data;
      const scale = Math.hypot(...expected);
      const distance = relativeDistance(data as Float32Array, expected, 1e-3);
      expect(distance, `${name} (${scale})`).toBeLessThan(1e-4);
    }
    const results = [first];
    for (let step = 1; step < 10; step += 1) results.push(await trainer.step([reference.batch]));
    for (const [step, { loss, gradientNorm }] of results.entries()) {
      expect(relativeDistance([loss], [reference.losses[step]!]), `loss ${step}`).toBeLessThan(1e-4);
      const norm = reference.gradientNorms[step]!;
      expect(relativeDistance([gradientNorm], [norm]), `norm ${step}`).toBeLessThan(1e-4);
    }
    const names = trainer.memory.trained.map(({ name }) => name);
    expect(names.length).toBe(reference.trained.size - 1); // all but logit_scale
    for (const name of names.filter(isKept)) {
      const found = trainer.memory.weights.get(name)!.data as Float32Array;
      const expected = reference.trained.get(name)!.data;
      expect(relativeDistance(found, expected), name).toBeLessThan(1e-4);
    }
    expect(names.filter((name) => !isKept(name)).every((name) => name.endsWith("k_proj.bias"))).toBe(true);
  });
});
