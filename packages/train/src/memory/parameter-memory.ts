import { countElements, createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { Weights } from "@megapairs/towers";
import { sharedFloats } from "./shared-tensor.ts";

/** Where a trained weight lies in the flat arrays. */
export interface TrainedWeight {
  readonly name: string;
  readonly dims: readonly number[];
  /** Elements. */
  readonly offset: number;
  /** Elements. */
  readonly length: number;
}

/**
 * The memory of a training run. All trained weights lie in one flat array, those that decay first,
 * and so do their gradients and moments, so that an optimiser goes through them block by block.
 */
export interface ParameterMemory {
  /** All weights of the model, trained or not, as tensors over shared memory. */
  readonly weights: ReadonlyMap<string, OnnxTensor>;
  /** Gradients of the trained weights, over `flat.gradients`. */
  readonly gradients: ReadonlyMap<string, OnnxTensor>;
  readonly trained: readonly TrainedWeight[];
  /** The first so many elements are of weights that decay. */
  readonly decaying: number;
  readonly flat: {
    readonly weights: Float32Array;
    readonly gradients: Float32Array;
    readonly firstMoments: Float32Array;
    readonly secondMoments: Float32Array;
    /** The exponential moving average of the weights; empty where none is kept. */
    readonly average: Float32Array;
  };
}

/** Settings of {@link createParameterMemory}. */
export interface ParameterMemorySettings {
  readonly weights: Weights;
  /** Names of the weights that are trained. */
  readonly trained: readonly string[];
  /** Keep an average of the weights, which begins at the weights. */
  readonly hasAverage: boolean;
}

/**
 * Lays the weights of a model out for training; the model's own arrays stay as they are. Weights of
 * two axes and more decay, biases, norms and the temperature do not, as CLIP was trained.
 *
 * Throws `invalid-argument` for a trained weight that the model does not have, or none at all.
 */
export function createParameterMemory(settings: ParameterMemorySettings): ParameterMemory {
  const { weights, hasAverage } = settings;
  const decays = (name: string): boolean => (weights.get(name)?.dims.length ?? 0) >= 2;
  const names = [
    ...settings.trained.filter(decays),
    ...settings.trained.filter((name) => !decays(name)),
  ];
  const trained: TrainedWeight[] = [];
  let total = 0;
  let decaying = 0;
  for (const name of names) {
    const weight = weights.get(name);
    if (weight === undefined) {
      throw new MegaPairsError("invalid-argument", `the model has no weight "${name}" to train`);
    }
    const length = countElements(weight.dims);
    trained.push({ name, dims: weight.dims, offset: total, length });
    total += length;
    if (decays(name)) decaying = total;
  }
  if (total === 0) {
    throw new MegaPairsError("invalid-argument", "no weight is trained, expected at least one");
  }
  const flat = {
    weights: sharedFloats(total),
    gradients: sharedFloats(total),
    firstMoments: sharedFloats(total),
    secondMoments: sharedFloats(total),
    average: sharedFloats(hasAverage ? total : 0),
  };
  const places = new Map(trained.map((each) => [each.name, each]));
  const view = (array: Float32Array, { offset, length, dims }: TrainedWeight): OnnxTensor =>
    createOnnxTensor("float32", array.subarray(offset, offset + length), dims);
  const laidOut = [...weights].map(([name, { data, dims }]): [string, OnnxTensor] => {
    const place = places.get(name);
    if (place !== undefined) flat.weights.set(data, place.offset);
    return [name, place === undefined ? frozen(data, dims) : view(flat.weights, place)];
  });
  if (hasAverage) flat.average.set(flat.weights);
  return {
    weights: new Map(laidOut),
    gradients: new Map(trained.map((each) => [each.name, view(flat.gradients, each)])),
    trained,
    decaying,
    flat,
  };
}

function frozen(data: Float32Array, dims: readonly number[]): OnnxTensor {
  if (data.buffer instanceof SharedArrayBuffer) return createOnnxTensor("float32", data, dims);
  const copy = sharedFloats(data.length);
  copy.set(data);
  return createOnnxTensor("float32", copy, dims);
}
