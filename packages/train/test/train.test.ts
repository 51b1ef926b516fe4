import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createBatchLoader,
  createClipCollate,
  createPixelNormalizer,
  createTrainer,
  openMetricsLog,
  readMetrics,
  train,
} from "@megapairs/train";
import type { StepRecord, TrainerSettings, TrainSettings } from "@megapairs/train";
import { createClipModel, parseClipConfig } from "@megapairs/towers";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { baseSettings, damagedSamples } from "./data/loader-fixture.ts";
import { clipPreprocessing } from "./data/pictures.ts";

const LENGTH = 8;
const layer = { intermediate_size: 32, num_hidden_layers: 2, num_attention_heads: 2 };
const config = parseClipConfig({
  model_type: "clip",
  projection_dim: 8,
  text_config: {
    ...layer,
    hidden_size: 16,
    vocab_size: 64,
    max_position_embeddings: LENGTH,
    eos_token_id: 63,
  },
  vision_config: { ...layer, hidden_size: 16, image_size: 16, patch_size: 8 },
});
const preprocessing = clipPreprocessing(16);
const SLOW = { timeout: 120_000 };

function tokenize(texts: readonly string[]): {
  ids: BigInt64Array;
  mask: BigInt64Array;
  length: number;
} {
  const ids = new BigInt64Array(texts.length * LENGTH).fill(63n);
  for (const [row, text] of texts.entries()) {
    const codes = Array.from(text.slice(0, LENGTH - 1), (letter) =>
      BigInt(letter.charCodeAt(0) % 60),
    );
    ids.set(codes, row * LENGTH);
  }
  return { ids, mask: new BigInt64Array(ids.length).fill(1n), length: LENGTH };
}

interface Outcome {
  readonly weights: Float32Array;
  readonly average: Float32Array;
  readonly records: readonly StepRecord[];
  readonly damage: readonly string[];
}

/** Eight steps of two batches each, over samples of which some are broken. */
async function run(
  folder: string,
  options: Partial<TrainSettings> = {},
  trainerSettings: Partial<TrainerSettings> = {},
): Promise<Outcome> {
  const model = createClipModel(config, { seed: 5 });
  const loader = createBatchLoader({
    ...baseSettings,
    samples: damagedSamples(),
    preprocessing,
    collate: createClipCollate({ towers: model.towers, tokenize, pixelType: "uint8" }),
  });
  const trainer = await createTrainer({
    model,
    capacity: { queries: 5, candidates: 20, rows: { image: 25, text: 5 } },
    dimensions: { sequence: LENGTH },
    normalize: createPixelNormalizer(preprocessing),
    schedule: { peak: 1e-2, steps: 8, warmup: 2, decay: "cosine" },
    averageDecay: 0.9,
    session: { threads: 1 },
    ...trainerSettings,
  });
  const records: StepRecord[] = [];
  const damage: string[] = [];
  try {
    await train({
      trainer,
      loader,
      steps: 8,
      accumulation: 2,
      checkpoints: { folder, every: 3 },
      facts: { seed: 5, loader: { batchSize: 5 } },
      onStep: (record) => void records.push(record),
      onDamage: (name, reason) => void damage.push(`${name}: ${reason}`),
      now: () => 0,
      ...options,
    });
    const { weights, average } = trainer.memory.flat;
    return { weights: weights.slice(), average: average.slice(), records, damage };
  } finally {
    await Promise.all([trainer.dispose(), loader.close()]);
  }
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "train-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Ends a run in the middle of its `step`-th step as a kill does: nothing more is written. */
async function killAt(folder: string, step: number): Promise<void> {
  const onStep = (record: StepRecord): void => {
    if (record.step === step) throw new Error("killed");
  };
  await expect(run(folder, { onStep })).rejects.toThrow("killed");
}

let unbroken: Outcome;
beforeAll(async () => {
  unbroken = await run(await mkdtemp(join(tmpdir(), "train-unbroken-")));
}, 120_000);

describe("train", SLOW, () => {
  it("trains, and counts what it trained on", () => {
    expect(unbroken.records.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const [first] = unbroken.records;
    expect(first).toMatchObject({ samples: 10, epoch: expect.any(Number) as number });
    expect(unbroken.records.some(({ rejects }) => rejects > 0)).toBe(true);
    expect(unbroken.records.some(({ missingHardNegatives }) => missingHardNegatives > 0)).toBe(
      true,
    );
  });

  it.each([[1], [4], [7]])("killed in step %i, goes on to the same bits", async (step) => {
    const folder = await temporaryFolder();
    await killAt(folder, step);
    const resumed = await run(folder);
    expect(resumed.weights).toEqual(unbroken.weights);
    expect(resumed.average).toEqual(unbroken.average);
    expect(resumed.records).toEqual(unbroken.records.slice(3 * Math.floor((step - 1) / 3)));
  });

  it("stopped by a signal, saves the last whole step and goes on from there", async () => {
    const folder = await temporaryFolder();
    const controller = new AbortController();
    const onStep = ({ step }: StepRecord): void => {
      if (step === 5) controller.abort(new Error("Ctrl-C"));
    };
    await expect(run(folder, { onStep, signal: controller.signal })).rejects.toThrow("Ctrl-C");
    const resumed = await run(folder);
    expect(resumed.records.map(({ step }) => step)).toEqual([6, 7, 8]);
    expect(resumed.weights).toEqual(unbroken.weights);
  });

  it("gives the same bits by GradCache and with blocks computed again, stopped or not", async () => {
    const settings = { chunk: 4, recompute: true };
    const whole = await run(await temporaryFolder(), {}, settings);
    const folder = await temporaryFolder();
    const onStep = ({ step }: StepRecord): void => {
      if (step === 5) throw new Error("killed");
    };
    await expect(run(folder, { onStep }, settings)).rejects.toThrow("killed");
    expect((await run(folder, {}, settings)).weights).toEqual(whole.weights);
  });

  it("does nothing more once it is done, and keeps the newest checkpoints", async () => {
    const folder = await temporaryFolder();
    await run(folder);
    const again = await run(folder);
    expect(again.records).toEqual([]);
    expect(again.weights).toEqual(unbroken.weights);
    expect((await readdir(folder)).toSorted()).toEqual(["step-00000006", "step-00000008"]);
  });
});

describe("checkpoints", SLOW, () => {
  it("falls back to the one before a damaged one, and clears away half of one", async () => {
    const folder = await temporaryFolder();
    await killAt(folder, 7);
    await truncate(join(folder, "step-00000006", "first-moments.safetensors"), 100);
    await mkdir(join(folder, "step-00000007.tmp"));
    await writeFile(join(folder, "step-00000007.tmp", "weights.safetensors"), "half");
    const resumed = await run(folder);
    expect(resumed.damage).toEqual([
      expect.stringMatching(/^step-00000006: .*first-moments\.safetensors is damaged: SHA-256/),
    ]);
    expect(resumed.records.map(({ step }) => step)).toEqual([4, 5, 6, 7, 8]);
    expect(resumed.weights).toEqual(unbroken.weights);
    expect(await readdir(folder)).not.toContain("step-00000007.tmp");
  });

  it("refuses to begin again where all of them are damaged", async () => {
    const folder = await temporaryFolder();
    await killAt(folder, 4);
    await rm(join(folder, "step-00000003", "state.json"));
    await expect(run(folder)).rejects.toThrow(/state\.json is no state of a checkpoint/);
  });

  it("refuses other facts, and names them", async () => {
    const folder = await temporaryFolder();
    await killAt(folder, 4);
    const facts = { seed: 6, loader: { batchSize: 5, hardNegatives: 3 } };
    await expect(run(folder, { facts })).rejects.toThrow(
      "belongs to another run: seed was 5, is 6; loader.hardNegatives was not set, is 3",
    );
  });

  it("refuses another architecture, and names the first weight", async () => {
    const folder = await temporaryFolder();
    await killAt(folder, 4);
    const wide = createClipModel({ ...config, projection_dim: 12 }, { seed: 5 });
    await expect(run(folder, {}, { model: wide })).rejects.toThrow(
      /weights\.safetensors is of another architecture: "visual_projection\.weight" is \[8, 16\], the model has \[12, 16\]/,
    );
  });
});

describe("openMetricsLog", () => {
  it("takes away what came after the checkpoint, and half a line", async () => {
    const file = join(await temporaryFolder(), "metrics.jsonl");
    const [one, two, three] = unbroken.records;
    const first = await openMetricsLog(file, 0);
    for (const record of [one!, two!, three!]) await first.append(record);
    await first.close();
    await writeFile(file, '{"step":4,"lo', { flag: "a" });
    const second = await openMetricsLog(file, 2);
    await second.append(three!);
    await second.close();
    expect(await readMetrics(file)).toEqual([one, two, three]);
  });
});
