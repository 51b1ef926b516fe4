import { setImmediate } from "node:timers/promises";
import type { Preprocessing } from "@megapairs/image";
import { decodeImage, preprocess } from "@megapairs/image";
import { createOnnxTensor } from "@megapairs/onnx";
import type { ImagePixels, ImageSource } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import type { GraphRows } from "./graph-rows.ts";
import { runInChunks } from "./run-in-chunks.ts";
import type { Tower, TowerItem } from "./tower.ts";

/** Settings of {@link createImageTower}. */
export interface ImageTowerSettings {
  readonly run: GraphRows;
  /** Name of the input that takes float32 `[rows, 3, height, width]`. */
  readonly input: string;
  readonly preprocessing: Preprocessing;
  /** How many pictures go through the graph at once. */
  readonly rowsPerRun: number;
}

/** The half of an encoder that sees. Runs the graph once, to learn its dimensions. */
export async function createImageTower({
  run,
  input,
  preprocessing,
  rowsPerRun,
}: ImageTowerSettings): Promise<Tower<ImageSource>> {
  const { width, height } = preprocessing;
  const plane = 3 * width * height;
  const compute = (pixels: Float32Array, signal?: AbortSignal): ReturnType<GraphRows> => {
    const rows = pixels.length / plane;
    const feeds = { [input]: createOnnxTensor("float32", pixels, [rows, 3, height, width]) };
    return run(rows, feeds, signal);
  };
  const { dimensions } = await compute(new Float32Array(plane));

  const prepare = async (
    chunk: readonly TowerItem<ImageSource>[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> => {
    const pixels = new Float32Array(chunk.length * plane); // [rows, 3, height, width]
    const decoded = chunk.map((item) => decode(item, signal));
    // They are awaited one by one, so that the first failure in input order is the one reported.
    void Promise.allSettled(decoded);
    for (const [row, picture] of decoded.entries()) {
      pixels.set(preprocess(await picture, preprocessing), row * plane);
      await setImmediate();
    }
    return pixels;
  };

  return {
    dimensions,
    encode: (items, signal) =>
      runInChunks(
        items,
        rowsPerRun,
        (chunk) => prepare(chunk, signal),
        async (pixels) => (await compute(pixels, signal)).values,
      ),
  };
}

async function decode(
  { index, value }: TowerItem<ImageSource>,
  signal: AbortSignal | undefined,
): Promise<ImagePixels> {
  signal?.throwIfAborted();
  if (value.type === "pixels") return value;
  return decodeImage(value.bytes, { signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MegaPairsError("corrupt-data", `the image of input ${index}: ${reason}`, {
      cause,
      details: { index },
    });
  });
}
