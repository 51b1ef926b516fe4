import { availableParallelism } from "node:os";
import { adamWGraph } from "@megapairs/autograd";
import type { InPlaceModel, OnnxTensor } from "@megapairs/onnx";
import { createInPlaceModel, createOnnxTensor } from "@megapairs/onnx";
import type { ParameterMemory } from "../memory/parameter-memory.ts";
import { sharedTensor } from "../memory/shared-tensor.ts";
import type { AdamWOptions } from "./adamw-options.ts";
import { scanBlocks } from "./scan-blocks.ts";
import { squaresGraph } from "./squares-graph.ts";

/** One step of {@link BlockOptimiser.step}. */
interface OptimiserStep {
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
  /** Cores to work on. Default: all that this process may use. */
  readonly threads?: number | undefined;
}

/** Elements of a block: few enough that its arrays stay in a core's cache between operators. */
const BLOCK = 2 ** 16;

/**
 * AdamW over flat arrays. The blocks are dealt out to as many sessions as there are threads, each
 * with one: operators as short as these gain nothing from sharing theirs. What comes out does not
 * depend on how many there are.
 */
export async function createBlockOptimiser(
  settings: BlockOptimiserSettings,
): Promise<BlockOptimiser> {
  const { memory, averageDecay, weightDecay, threads = availableParallelism() } = settings;
  const { flat, decaying } = memory;
  const total = flat.weights.length;
  const count = Math.min(threads, Math.ceil(total / BLOCK));
  const parts = [
    ...cut(0, decaying, count).map((part) => ({ ...part, decay: weightDecay })),
    ...cut(decaying, total, count).map((part) => ({ ...part, decay: 0 })),
  ];
  const decays = [...new Set(parts.map(({ decay }) => decay))];
  const lanes: Lane[] = [];
  while (lanes.length < count) lanes.push(await openLane(settings, decays));
  const sums = parts.map(({ blocks }) => sharedTensor([blocks]));

  return {
    async gradientNorm(signal) {
      const calls = parts.map((part, index) => ({
        lane: part.lane,
        feeds: { x: blocksOf(flat.gradients, part) },
        into: { sums: sums[index]! },
      }));
      const runs = lanes.map((lane, at) =>
        lane.squares.runEach(
          calls.filter((call) => call.lane === at),
          { signal },
        ),
      );
      await Promise.all(runs);
      const blocks = sums.flatMap(({ data }) => Array.from<unknown, number>(data, Number));
      return Math.sqrt(blocks.reduce((sum, block) => sum + block, 0));
    },
    async step({ stepsDone, learningRate, gradientScale, signal }) {
      const given = {
        step: createOnnxTensor("int64", BigInt64Array.of(BigInt(stepsDone)), []),
        learning_rate: scalar(learningRate),
        gradient_scale: scalar(gradientScale),
      };
      const runs = lanes.flatMap(({ steps, stepNext }, at) =>
        [...steps].map(([decay, model]) => {
          const own = parts.filter((part) => part.lane === at && part.decay === decay);
          const calls = own.map((part) => {
            const state = stateOf(memory, part, averageDecay !== undefined);
            const next = Object.entries(state).map(
              ([name, tensor]) => [`${name}.next`, tensor] as const,
            );
            return {
              feeds: { ...given, ...state, "w.gradient": blocksOf(flat.gradients, part) },
              into: { ...Object.fromEntries(next), "step.next": stepNext },
            };
          });
          return model.runEach(calls, { signal });
        }),
      );
      await Promise.all(runs);
    },
    async dispose() {
      const models = lanes.flatMap(({ squares, steps }) => [squares, ...steps.values()]);
      await Promise.all(models.map((model) => model.dispose()));
    },
  };
}

/** The sessions that one thread works with. */
interface Lane {
  readonly squares: InPlaceModel;
  /** By weight decay. */
  readonly steps: ReadonlyMap<number, InPlaceModel>;
  /** Where the number of steps goes that graphs give out: nobody reads it. */
  readonly stepNext: OnnxTensor;
}

async function openLane(
  { betas, epsilon, averageDecay }: BlockOptimiserSettings,
  decays: readonly number[],
): Promise<Lane> {
  const squares = await createInPlaceModel({ definition: squaresGraph(), threads: 1 });
  const steps = new Map<number, InPlaceModel>();
  for (const weightDecay of decays) {
    const parameters = [{ name: "w", dataType: "float32", shape: [BLOCK], weightDecay } as const];
    const options = { parameters, betas, epsilon, gradientScale: true, average: averageDecay };
    const definition = scanBlocks(adamWGraph(options));
    steps.set(weightDecay, await createInPlaceModel({ definition, threads: 1 }));
  }
  const stepNext = createOnnxTensor("int64", new BigInt64Array(new SharedArrayBuffer(8)), []);
  return { squares, steps, stepNext };
}

/** Elements `offset` and on, as `[blocks, elements]`, and who works on them. */
interface Part {
  readonly offset: number;
  readonly blocks: number;
  readonly elements: number;
  readonly lane: number;
}

/** Cuts the elements from `start` to `end` into blocks, dealt out evenly; the last lane has the rest. */
function cut(start: number, end: number, lanes: number): Part[] {
  const whole = Math.floor((end - start) / BLOCK);
  const rest = end - start - whole * BLOCK;
  const parts = Array.from({ length: lanes }, (_, lane) => {
    const [first, last] = [lane, lane + 1].map((at) => Math.floor((whole * at) / lanes));
    const blocks = (last ?? 0) - (first ?? 0);
    return { offset: start + (first ?? 0) * BLOCK, blocks, elements: BLOCK, lane };
  });
  const tail = { offset: end - rest, blocks: rest === 0 ? 0 : 1, elements: rest, lane: lanes - 1 };
  return [...parts, tail].filter(({ blocks }) => blocks > 0);
}

function stateOf(
  { flat }: ParameterMemory,
  part: Part,
  hasAverage: boolean,
): Record<string, OnnxTensor> {
  return {
    w: blocksOf(flat.weights, part),
    "w.first_moment": blocksOf(flat.firstMoments, part),
    "w.second_moment": blocksOf(flat.secondMoments, part),
    ...(hasAverage ? { "w.average": blocksOf(flat.average, part) } : {}),
  };
}

function blocksOf(array: Float32Array, { offset, blocks, elements }: Part): OnnxTensor {
  const data = array.subarray(offset, offset + blocks * elements);
  return createOnnxTensor("float32", data, [blocks, elements]);
}

function scalar(value: number): OnnxTensor {
  return createOnnxTensor("float32", Float32Array.of(value), []);
}
