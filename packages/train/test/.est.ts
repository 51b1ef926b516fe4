import { clipConfigs, createClipModel } from "@megapairs/towers";
import { estimateTraining, availableMemory, measureMatrixRate } from "@megapairs/train";
const name = process.argv[2] as "clip-tiny"; const batch = Number(process.argv[3]); const chunk = Number(process.argv[4]) || undefined;
const recompute = process.argv[5] === "recompute";
const model = createClipModel(clipConfigs[name]);
let t = performance.now();
const e = estimateTraining({ model, capacity: { queries: batch, candidates: batch, rows: { image: batch, text: batch } }, dimensions: { sequence: 77 }, temperature: "learned", direction: "both", chunk, recompute });
console.log(JSON.stringify(e, null, 1), performance.now() - t);
console.log(await availableMemory(), await measureMatrixRate());
