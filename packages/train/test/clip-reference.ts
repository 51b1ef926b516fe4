import { readFile } from "node:fs/promises";
import { createOnnxTensor } from "@megapairs/onnx";
import { loadClipModel, readSafetensors } from "@megapairs/towers";
import type { ClipModel, Weights } from "@megapairs/towers";
import type { TrainingBatch } from "@megapairs/train";

const folder = new URL("../../towers/test/reference/", import.meta.url).pathname;

/** What torch did: see `make_clip_training.py` of towers. */
export interface ClipReference {
  readonly model: ClipModel;
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

/** Reads the reference of ten steps on a small CLIP model. */
export async function readClipReference(): Promise<ClipReference> {
  const json = JSON.parse(await readFile(`${folder}clip-training.json`, "utf8")) as {
    input_ids: number[][];
    queries: number[][];
    candidates: number[];
    positives: number[];
    losses: number[];
    gradientNorms: number[];
    float32: Record<string, [number, number]>;
  } & ClipReference["settings"];
  const read = async (name: string): Promise<Weights> =>
    (await readSafetensors(`${folder}clip-training/${name}.safetensors`)).weights;
  const pixels = (await read("batch")).get("pixel_values")!;
  const ids = BigInt64Array.from(json.input_ids.flat(), BigInt);
  const { losses, gradientNorms, float32 } = json;
  return {
    model: await loadClipModel(`${folder}clip`),
    batch: {
      inputs: {
        image: { pixel_values: createOnnxTensor("float32", pixels.data, pixels.dims) },
        text: { input_ids: createOnnxTensor("int64", ids, [4, 9]) },
      },
      rows: { image: 12, text: 4 },
      queries: Int32Array.from(json.queries.flat()),
      candidates: Int32Array.from(json.candidates),
      positives: Int32Array.from(json.positives),
      excluded: new Uint8Array(4 * json.candidates.length),
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
