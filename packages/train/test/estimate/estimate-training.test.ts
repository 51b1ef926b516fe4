import {
  clipConfigs,
  clipImageTower,
  clipTextTower,
  clipWeightShapes,
  countFlops,
  countParameters,
  createClipModel,
} from "@megapairs/towers";
import type { ClipConfigName, Weight } from "@megapairs/towers";
import { availableMemory, estimateTraining, measureMatrixRate } from "@megapairs/train";
import type { EstimateTrainingSettings, TrainingEstimate } from "@megapairs/train";
import { describe, expect, it } from "vitest";
import reference from "../reference/peak-memory.json" with { type: "json" };

const tiny = createClipModel(clipConfigs["clip-tiny"]);
const all = countParameters(tiny.weights);

function estimate(changes: Partial<EstimateTrainingSettings> = {}): TrainingEstimate {
  return estimateTraining({
    model: tiny,
    capacity: { queries: 8, candidates: 8, rows: { image: 8, text: 8 } },
    dimensions: { sequence: 32 },
    temperature: 0.02,
    direction: "query-to-candidate",
    cacheBytes: 0,
    ...changes,
  });
}

describe("estimateTraining", () => {
  it("counts what is trained and what that takes", () => {
    const { parameters, memory } = estimate({ averageDecay: 0.9 });
    expect(parameters).toEqual({ all, trained: all - 1 }); // all but logit_scale
    expect(memory).toMatchObject({
      weights: 4 * (2 * all - 1),
      gradients: 4 * (all - 1),
      moments: 8 * (all - 1),
      average: 4 * (all - 1),
    });
    const { all: sum, ...parts } = memory;
    expect(Object.values(parts).reduce((total, part) => total + part, 0)).toBe(sum);
    expect(estimate({ temperature: "learned" }).parameters.trained).toBe(all);
    expect(estimate().memory.average).toBe(0);
  });

  it("counts the work of the towers' graphs", () => {
    const whole = estimate().flops;
    const forward = tiny.towers.map((tower) => countFlops(tower, { batch: 8, sequence: 32 }));
    expect(whole.forward).toBe(forward.reduce((sum, part) => sum + part, 0));
    expect(whole.backward / whole.forward).toBeGreaterThan(1.9);
    expect(whole.backward / whole.forward).toBeLessThan(2.1);
    expect(whole.again).toBe(0);
    expect(whole.all).toBe(whole.forward + whole.backward);
    expect(estimate({ accumulation: 3 }).flops.all).toBe(3 * whole.all);
  });

  it("counts what GradCache and recomputation do again, and what they save", () => {
    const [whole, cached, recomputed] = [
      estimate(),
      estimate({ chunk: 2 }),
      estimate({ recompute: true }),
    ];
    expect(cached.flops.forward).toBe(whole.flops.forward);
    expect(cached.flops.again).toBe(whole.flops.forward);
    expect(cached.flops.backward / whole.flops.backward).toBeCloseTo(1, 2);
    expect(cached.memory.activations).toBeLessThan(whole.memory.activations / 2);
    expect(recomputed.flops.again).toBeGreaterThan(0.5 * whole.flops.forward);
    expect(recomputed.flops.again).toBeLessThan(whole.flops.forward);
    expect(recomputed.memory.activations).toBeLessThan(whole.memory.activations / 2);
  });

  it("spares a frozen tower its backward pass", () => {
    const text = tiny.towers.find(({ name }) => name === "text")!;
    const frozen = estimate({ chunk: 4, trained: text.weightNames });
    const { forward, again } = estimate({ chunk: 4 }).flops;
    expect(frozen.flops.forward).toBe(forward);
    expect(frozen.flops.again).toBe(countFlops(text, { batch: 8, sequence: 32 }));
    expect(frozen.flops.again).toBeLessThan(again);
  });

  it.each(reference.runs)(
    "forecasts the peak that was measured for $model, $batch, chunk $chunk, recompute $recompute",
    (run) => {
      const { model: name, batch, chunk, recompute, peak } = run;
      const model = name === "clip-tiny" ? tiny : withoutData(name as ClipConfigName);
      const capacity = { queries: batch, candidates: batch, rows: { image: batch, text: batch } };
      const { memory } = estimate({
        model,
        capacity,
        dimensions: { sequence: 77 },
        temperature: "learned",
        direction: "both",
        chunk: chunk ?? undefined,
        recompute,
      });
      const isRough = recompute && name === "clip-tiny";
      expect(memory.all / peak).toBeGreaterThan(isRough ? 0.75 : 0.9);
      expect(memory.all / peak).toBeLessThan(1.15);
    },
  );
});

/** A model whose weights are shapes alone: 600 MB would have no use. */
function withoutData(name: ClipConfigName): EstimateTrainingSettings["model"] {
  const config = clipConfigs[name];
  const weights = [...clipWeightShapes(config)].map(([weight, { dims }]): [string, Weight] => [
    weight,
    { dims, data: new Float32Array() },
  ]);
  return { towers: [clipImageTower(config), clipTextTower(config)], weights: new Map(weights) };
}

describe("the machine", () => {
  it("has memory, of which some can be taken", async () => {
    const { total, available } = await availableMemory();
    expect(available).toBeGreaterThan(0);
    expect(available).toBeLessThanOrEqual(total);
  });

  it("has a rate of matrix products", async () => {
    let ticks = 0;
    const rate = await measureMatrixRate({ milliseconds: 5, now: () => (ticks += 1), threads: 1 });
    expect(rate).toBe(2 * 512 * 768 * 3072 * 1000);
  });
});
