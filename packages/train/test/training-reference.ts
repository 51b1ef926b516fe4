import { readFile } from "node:fs/promises";
import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { loadClipModel, loadLlavaModel, readSafetensors } from "@megapairs/towers";
import type { TowerModel, Weights } from "@megapairs/towers";
import type { BatchCapacity, TrainingBatch } from "@megapairs/train";

const folder = new URL("../../towers/test/reference/", import.meta.url).pathname;

/** What torch did in ten steps: see `make_clip_training.py` and `make_llava_training.py` of towers. */
export interface TrainingReference {
  readonly model: TowerModel;
  /** What fits the batch. */
  readonly capacity: BatchCapacity;
  readonly dimensions: Readonly<Record<string, number>>;
  readonly batch: TrainingBatch;
  readonly settings: {
    readonly temperature: number;
    readonly learningRate: number;
    readonly betas: [number, number];
    readonly epsilon: number;
    readonly weightDecay: number;
    readonly clipNorm: number;
  };
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  readonly gradients: Weights;
  readonly trained: Weights;
  /** How far torch's own float32 strays: by weight, relative to the weight and to the change. */
  readonly float32: Readonly<Record<string, readonly [number, number]>>;
}

/** Reads the reference of a small CLIP, or of the MLLM form in small. */
export async function readTrainingReference(form: "clip" | "llava"): Promise<TrainingReference> {
  const json = JSON.parse(await readFile(`${folder}${form}-training.json`, "utf8")) as {
    input_ids: number[][];
    attention_mask?: number[][];
    queries: number[][];
    candidates: number[];
    positives: number[];
    losses: number[];
    gradientNorms: number[];
    float32: Record<string, [number, number]>;
  } & TrainingReference["settings"];
  const read = async (name: string): Promise<Weights> =>
    (await readSafetensors(`${folder}${form}-training/${name}.safetensors`)).weights;
  const pixels = (await read("batch")).get("pixel_values")!;
  const pixel_values = createOnnxTensor("float32", pixels.data, pixels.dims);
  const integers = (rows: number[][]): OnnxTensor =>
    createOnnxTensor("int64", BigInt64Array.from(rows.flat(), BigInt), [
      rows.length,
      rows[0]!.length,
    ]);
  const input_ids = integers(json.input_ids);
  const attention_mask = integers(json.attention_mask ?? [[]]);
  const images = pixels.dims[0]!;
  const rows: Record<string, number> =
    form === "clip" ? { image: images, text: json.input_ids.length } : { multimodal: images };
  const { candidates, losses, gradientNorms, float32 } = json;
  return {
    model: await (form === "clip" ? loadClipModel : loadLlavaModel)(`${folder}${form}`),
    capacity: { queries: 4, candidates: candidates.length, rows },
    dimensions: { sequence: json.input_ids[0]!.length },
    batch: {
      inputs:
        form === "clip"
          ? { image: { pixel_values }, text: { input_ids } }
          : { multimodal: { pixel_values, input_ids, attention_mask } },
      rows,
      queries: Int32Array.from(json.queries.flat()),
      candidates: Int32Array.from(candidates),
      positives: Int32Array.from(json.positives),
      excluded: new Uint8Array(4 * candidates.length),
      sampleIds: ["a", "b", "c", "d"],
    },
    settings: json,
    losses,
    gradientNorms,
    float32,
    gradients: await read("gradients"),
    trained: await read("trained"),
  };
}

/** L2 norm of the difference, relative to that of `expected`. */
export function relativeDistance(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  floor = 1e-30,
): number {
  let difference = 0;
  let scale = 0;
  for (let at = 0; at < expected.length; at += 1) {
    difference += ((found[at] ?? NaN) - (expected[at] ?? NaN)) ** 2;
    scale += (expected[at] ?? NaN) ** 2;
  }
  return Math.sqrt(difference) / Math.max(floor, Math.sqrt(scale));
}
