// Prints the peak resident memory of one training step, for peak-memory.json (Linux).
//
// node --conditions=@megapairs/source measure-peak-memory.ts clip-tiny 64 [chunk|0] [recompute]
import { readFileSync } from "node:fs";
import { createOnnxTensor } from "@megapairs/onnx";
import { clipConfigs, createClipModel } from "@megapairs/towers";
import type { ClipConfigName } from "@megapairs/towers";
import { createTrainer, estimateTraining } from "@megapairs/train";

const [name = "clip-tiny", batchText = "64", chunkText = "0", again] = process.argv.slice(2);
const config = clipConfigs[name as ClipConfigName];
const batch = Number(batchText);
const chunk = Number(chunkText) || undefined;
const { image_size: size } = config.vision_config;
const settings = {
  model: createClipModel(config, { shared: true }),
  capacity: { queries: batch, candidates: batch, rows: { image: batch, text: batch } },
  dimensions: { sequence: 77 },
  temperature: "learned",
  direction: "both",
  recompute: again === "recompute",
  chunk,
  cacheBytes: 0,
} as const;
const trainer = await createTrainer({
  ...settings,
  schedule: { peak: 1e-4, steps: 1, warmup: 0, decay: "constant" },
  session: { threads: 1 },
});
const ids = new BigInt64Array(batch * 77).fill(BigInt(config.text_config.eos_token_id));
const pixels = new Float32Array(batch * 3 * size * size).fill(0.5);
const rows = Array.from({ length: batch }, (_, row) => row);
await trainer.step([
  {
    inputs: {
      image: { pixel_values: createOnnxTensor("float32", pixels, [batch, 3, size, size]) },
      text: { input_ids: createOnnxTensor("int64", ids, [batch, 77]) },
    },
    rows: { image: batch, text: batch },
    queries: Int32Array.from(rows.flatMap((row) => [-1, batch + row])),
    candidates: Int32Array.from(rows),
    positives: Int32Array.from(rows),
    excluded: new Uint8Array(batch * batch),
    sampleIds: rows.map(String),
  },
]);
const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
const peak = 1024 * Number(kilobytes);
const { all } = estimateTraining(settings).memory;
const measured = { model: name, batch, chunk: chunk ?? null, recompute: settings.recompute };
process.stdout.write(`${JSON.stringify({ ...measured, peak, forecast: Math.round(all) })}\n`);
await trainer.dispose();
