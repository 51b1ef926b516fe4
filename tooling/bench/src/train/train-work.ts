/** The work of all contenders: training steps of CLIP ViT-B/32 with its text tower on one batch. */
export interface TrainWork {
  /** Folder with `config.json` and `model.safetensors`: the weights that all begin with. */
  readonly model: string;
  /** `batch.safetensors` beside it: pixel_values [batch, 3, 224, 224], and ids as float32 [batch, 77]. */
  readonly batchFile: string;
  readonly batch: number;
  /** Steps that are timed, after one that is not. */
  readonly steps: number;
  readonly threads: number;
  /** Rows that go through a tower at once; 0: the whole batch. Ours alone. */
  readonly chunk: number;
}

/** What a contender took, step by step, the first left out. */
export interface TrainMeasurement {
  /** Seconds of each step by the clock on the wall. */
  readonly stepSeconds: readonly number[];
  /** The part of it that forward and backward pass took. */
  readonly gradientSeconds: readonly number[];
  /** CPU seconds of all threads of the process, a step. */
  readonly cpuSeconds: number;
  /** Most memory the process ever had resident. */
  readonly peakMiB: number;
  /** Of the first step, to compare. */
  readonly loss: number;
  readonly gradientNorm: number;
  /** GFLOP of the matrix products of one forward and backward pass; left out where not counted. */
  readonly gflop?: number | undefined;
  readonly facts?: Readonly<Record<string, string>> | undefined;
}

/** The rivals. Each pass runs in a process of its own. */
export const TRAINERS = ["megapairs", "torch", "gemm"] as const;

/** One of {@link TRAINERS}. */
export type TrainerName = (typeof TRAINERS)[number];
