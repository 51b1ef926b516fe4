import { createOnnxModel, createOnnxTensor, encodeOnnxModel } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import type { Tower, Weights } from "@megapairs/towers";

/** A tower's features of some inputs, computed by ONNX Runtime with these weights. */
export async function runTower(
  tower: Tower,
  weights: Weights,
  inputs: Readonly<Record<string, OnnxTensor>>,
): Promise<Float32Array> {
  const feeds = tower.weightNames.map((name) => [name, weightTensor(weights, name)] as const);
  const outputs = await runModel(tower.model, { ...inputs, ...Object.fromEntries(feeds) });
  return float32Of(outputs[tower.output]);
}

/** Runs a model once, on one thread. */
export async function runModel(
  model: OnnxModelDefinition,
  feeds: Readonly<Record<string, OnnxTensor>>,
): Promise<Record<string, OnnxTensor>> {
  const session = await createOnnxModel({ model: encodeOnnxModel(model), threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** A weight as a graph takes it. */
export function weightTensor(weights: Weights, name: string): OnnxTensor {
  const weight = weights.get(name);
  if (weight === undefined) throw new Error(`no weight ${name}`);
  return createOnnxTensor("float32", weight.data, weight.dims);
}

/** The numbers of a float32 tensor. */
export function float32Of(tensor: OnnxTensor | undefined): Float32Array {
  if (tensor?.dataType !== "float32")
    throw new Error(`expected float32, found ${tensor?.dataType}`);
  return tensor.data;
}

/** Token ids as a graph takes them. */
export function idsTensor(rows: readonly (readonly number[])[]): OnnxTensor {
  const data = BigInt64Array.from(rows.flat(), BigInt);
  return createOnnxTensor("int64", data, [rows.length, rows[0]?.length ?? 0]);
}

/** The L2 norm of a difference, as a share of that of what was expected. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  const difference = Array.from(found, (value, index) => value - (expected[index] ?? Number.NaN));
  return Math.hypot(...difference) / Math.hypot(...Array.from(expected));
}
