import { createGraphBuilder, createInPlaceModel } from "@megapairs/onnx";
import type { InPlaceModelSettings } from "@megapairs/onnx";
import { sharedTensor } from "../memory/shared-tensor.ts";

/** Options of {@link measureMatrixRate}. */
export interface MeasureMatrixRateOptions extends Pick<InPlaceModelSettings, "device" | "threads"> {
  /** How long to measure at least. Default 400. */
  readonly milliseconds?: number | undefined;
  /** Monotonic clock in milliseconds. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** Rows, inner size and columns: a feed-forward layer of ViT-B over eight pictures or so. */
const [ROWS, INNER, COLUMNS] = [512, 768, 3072];

/**
 * Measures how many floating-point operations a second this machine does in matrix products, now: the
 * best of several, as other programs take their share. Training reaches 75 to 95 % of it.
 */
export async function measureMatrixRate(options: MeasureMatrixRateOptions = {}): Promise<number> {
  const { milliseconds = 400, now = () => performance.now(), ...session } = options;
  const g = createGraphBuilder();
  const left = g.input("left", "float32", [ROWS, INNER]);
  const right = g.input("right", "float32", [INNER, COLUMNS]);
  g.apply("MatMul", [left, right], {}, "product");
  const shape = [ROWS, COLUMNS];
  const definition = g.finish("matrix_rate", [{ name: "product", dataType: "float32", shape }]);
  const model = await createInPlaceModel({ definition, ...session });
  try {
    const feeds = { left: sharedTensor([ROWS, INNER]), right: sharedTensor([INNER, COLUMNS]) };
    const into = { product: sharedTensor(shape) };
    await model.run(feeds, into);
    let best = Infinity;
    for (const end = now() + milliseconds; now() < end;) {
      const began = now();
      await model.run(feeds, into);
      best = Math.min(best, now() - began);
    }
    return (2 * ROWS * INNER * COLUMNS * 1000) / best;
  } finally {
    await model.dispose();
  }
}
