import { createOnnxTensor } from "@megapairs/onnx";
import { loadClipModel, readSafetensors } from "@megapairs/towers";
import { createTrainer } from "@megapairs/train";
import type { TrainingBatch } from "@megapairs/train";
import { measureGemm } from "./measure-gemm.ts";
import type { TrainerName, TrainMeasurement, TrainWork } from "./train-work.ts";

const { name, work }: { name: TrainerName; work: TrainWork } = JSON.parse(process.argv[2] ?? "");
const measurement = name === "gemm" ? await measureGemm(work) : await measureTrainer();
process.stdout.write(JSON.stringify(measurement));

async function measureTrainer(): Promise<TrainMeasurement> {
  const { batch: rows, steps, threads, chunk } = work;
  const batch = await readBatch();
  let passed = 0;
  const trainer = await createTrainer({
    model: await loadClipModel(work.model),
    capacity: { queries: rows, candidates: rows, rows: { image: rows, text: rows } },
    dimensions: { sequence: 77 },
    temperature: "learned",
    direction: "both",
    chunk: chunk === 0 ? undefined : chunk,
    schedule: { peak: 1e-6, steps: 1000, warmup: 0, decay: "constant" },
    session: { threads },
    onGradients: () => (passed = performance.now()),
  });
  const first = await trainer.step([batch]);
  const stepSeconds: number[] = [];
  const gradientSeconds: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let step = 0; step < steps; step += 1) {
    const began = performance.now();
    await trainer.step([batch]);
    stepSeconds.push((performance.now() - began) / 1000);
    gradientSeconds.push((passed - began) / 1000);
  }
  const cpu = process.cpuUsage(cpuBefore);
  await trainer.dispose();
  return {
    stepSeconds,
    gradientSeconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6 / steps,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    loss: first.loss,
    gradientNorm: first.gradientNorm,
  };
}

/** Texts are queries, pictures candidates: the cosines of CLIP's own loss, both ways. */
async function readBatch(): Promise<TrainingBatch> {
  const { weights } = await readSafetensors(work.batchFile);
  const pixels = weights.get("pixel_values")!;
  const ids = weights.get("input_ids")!;
  const count = work.batch;
  const range = Array.from({ length: count }, (_, row) => row);
  return {
    inputs: {
      image: { pixel_values: createOnnxTensor("float32", pixels.data, pixels.dims) },
      text: {
        input_ids: createOnnxTensor("int64", BigInt64Array.from(ids.data, BigInt), ids.dims),
      },
    },
    rows: { image: count, text: count },
    queries: Int32Array.from(range.flatMap((row) => [count + row, -1])),
    candidates: Int32Array.from(range),
    positives: Int32Array.from(range),
    excluded: new Uint8Array(count * count),
    sampleIds: range.map(String),
  };
}
