import { adamWGraph } from "@megapairs/autograd";
import type {
  InPlaceModel,
  InPlaceModelSettings,
  OnnxModelDefinition,
  OnnxTensor,
  OnnxValueDefinition,
} from "@megapairs/onnx";
import { createInPlaceModel, createOnnxTensor } from "@megapairs/onnx";
import type { ParameterMemory } from "../memory/parameter-memory.ts";
import { sharedTensor } from "../memory/shared-tensor.ts";
import type { AdamWOptions } from "./adamw-options.ts";
import { squaresGraph } from "./squares-graph.ts";

/** One step of {@link BlockOptimiser.step}. */
export interface OptimiserStep {
  /** Steps done before. */
  readonly stepsDone: number;
  readonly learningRate: number;
  /** What gradients are multiplied with: clipping, and one over the batches they were added up from. */
  readonly gradientScale: number;
  readonly signal?: AbortSignal | undefined;
}

/** Goes through the flat arrays of a {@link ParameterMemory} block by block, in place. */
export interface BlockOptimiser {
  /** L2 norm of all gradients together; NaN or infinite where a gradient is. */
  gradientNorm(signal?: AbortSignal): Promise<number>;
  /** Moves weights, moments and the average. It does not look at the gradients' norm. */
  step(options: OptimiserStep): Promise<void>;
  dispose(): Promise<void>;
}

/** Settings of {@link createBlockOptimiser}. */
export interface BlockOptimiserSettings extends AdamWOptions {
  readonly memory: ParameterMemory;
  /** Share of the average that a step keeps; left out: there is none. */
  readonly averageDecay?: number | undefined;
  readonly session?: Pick<InPlaceModelSettings, "device" | "threads"> | undefined;
}

/** Elements of a block: its seven arrays of 1 MiB stay in a core's cache. */
const BLOCK = 2 ** 18;

/** AdamW over flat arrays: one graph for the weights that decay, one for those that do not. */
export async function createBlockOptimiser(
  settings: BlockOptimiserSettings,
): Promise<BlockOptimiser> {
  const { memory, averageDecay, betas, epsilon, weightDecay, session } = settings;
  const blocks = [
    ...cut(0, memory.decaying).map((block) => ({ ...block, decay: weightDecay })),
    ...cut(memory.decaying, memory.flat.weights.length).map((block) => ({ ...block, decay: 0 })),
  ];
  const squares = await createInPlaceModel({ definition: squaresGraph(), ...session });
  const stepsByDecay = new Map<number, InPlaceModel>();
  for (const decay of new Set(blocks.map((block) => block.decay))) {
    const parameters = [
      { name: "w", dataType: "float32", shape: [BLOCK], weightDecay: decay } as const,
    ];
    const options = { parameters, betas, epsilon, gradientScale: true, average: averageDecay };
    const definition = ofAnyLength(adamWGraph(options));
    stepsByDecay.set(decay, await createInPlaceModel({ definition, ...session }));
  }
  const sum = sharedTensor([]);
  const stepNext = createOnnxTensor("int64", new BigInt64Array(new SharedArrayBuffer(8)), []);

  return {
    async gradientNorm(signal) {
      let total = 0;
      for (const { offset, length } of blocks) {
        const x = vector(memory.flat.gradients, offset, length);
        await squares.run({ x }, { sum }, { signal });
        total += Number(sum.data[0]);
      }
      return Math.sqrt(total);
    },
    async step({ stepsDone, learningRate, gradientScale, signal }) {
      const shared = {
        step: createOnnxTensor("int64", BigInt64Array.of(BigInt(stepsDone)), []),
        learning_rate: scalar(learningRate),
        gradient_scale: scalar(gradientScale),
      };
      for (const { offset, length, decay } of blocks) {
        const state = blockState(memory, offset, length, averageDecay !== undefined);
        const into = Object.fromEntries(
          Object.entries(state).map(([name, tensor]) => [`${name}.next`, tensor]),
        );
        await stepsByDecay
          .get(decay)
          ?.run(
            { ...shared, ...state, "w.gradient": vector(memory.flat.gradients, offset, length) },
            { ...into, "step.next": stepNext },
            { signal },
          );
      }
    },
    async dispose() {
      await Promise.all([squares, ...stepsByDecay.values()].map((each) => each.dispose()));
    },
  };
}

/** A graph over vectors, element by element, as one over vectors of any length. */
function ofAnyLength(definition: OnnxModelDefinition): OnnxModelDefinition {
  const open = (value: OnnxValueDefinition): OnnxValueDefinition =>
    value.shape?.length === 1 ? { ...value, shape: ["elements"] } : value;
  return {
    ...definition,
    inputs: definition.inputs.map(open),
    outputs: definition.outputs.map(open),
  };
}

/** Blocks of the elements from `start` to `end`. */
function cut(start: number, end: number): { offset: number; length: number }[] {
  return Array.from({ length: Math.ceil((end - start) / BLOCK) }, (_, index) => {
    const offset = start + index * BLOCK;
    return { offset, length: Math.min(BLOCK, end - offset) };
  });
}

function blockState(
  { flat }: ParameterMemory,
  offset: number,
  length: number,
  hasAverage: boolean,
): Record<string, OnnxTensor> {
  return {
    w: vector(flat.weights, offset, length),
    "w.first_moment": vector(flat.firstMoments, offset, length),
    "w.second_moment": vector(flat.secondMoments, offset, length),
    ...(hasAverage ? { "w.average": vector(flat.average, offset, length) } : {}),
  };
}

function vector(array: Float32Array, offset: number, length: number): OnnxTensor {
  return createOnnxTensor("float32", array.subarray(offset, offset + length));
}

function scalar(value: number): OnnxTensor {
  return createOnnxTensor("float32", Float32Array.of(value), []);
}
