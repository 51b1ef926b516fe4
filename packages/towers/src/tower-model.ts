import type { OnnxModelDefinition } from "@megapairs/onnx";

/** A weight: float32, row-major. */
export interface Weight {
  readonly dims: readonly number[];
  /** Over a SharedArrayBuffer where it is to cross to other threads without a copy. */
  readonly data: Float32Array;
}

/** Weights by name, in the order in which checkpoints write them. */
export type Weights = ReadonlyMap<string, Weight>;

/** A graph that turns rows of one kind of input into rows of features. */
export interface Tower {
  /** `image`, `text`, or `multimodal` for both in one. */
  readonly name: string;
  /**
   * Inference graph. Its inputs are `dataInputs` and, by their names in {@link TowerModel.weights},
   * all weights it reads: weights are never initializers, so that graphs stay small and share them.
   * The first axis of every data input is the dimension `batch`; other open dimensions have names too.
   */
  readonly model: OnnxModelDefinition;
  /** Names of the inputs that are data: `pixel_values`; `input_ids`. */
  readonly dataInputs: readonly string[];
  /** The output: features float32 `[batch, dimensions]`, as projected, not normalised. */
  readonly output: string;
  readonly dimensions: number;
  /** Names of the weights that the graph reads, in the order of their first use. */
  readonly weightNames: readonly string[];
  /**
   * Values of the graph at which its blocks end, in order: what a trainer keeps where it computes the
   * insides of blocks again. Left out: not known.
   */
  readonly blocks?: readonly string[] | undefined;
}

/** Towers that share one space of features, and their weights. */
export interface TowerModel {
  readonly towers: readonly Tower[];
  readonly weights: Weights;
}
