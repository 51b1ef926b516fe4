import { differentiate, peakMemory } from "@megapairs/autograd";
import { countElements } from "@megapairs/onnx";
import type { OnnxModelDefinition } from "@megapairs/onnx";
import { countFlops, countParameters } from "@megapairs/towers";
import type { Tower } from "@megapairs/towers";
import { contrastiveLossGraph } from "../graph/contrastive-loss-graph.ts";
import { recomputedBlocks } from "../graph/recomputed-blocks.ts";
import { towerBackwardGraph } from "../graph/tower-backward-graph.ts";
import { wholeGraph } from "../graph/whole-graph.ts";
import { LOGIT_SCALE } from "../pass/gradient-pass.ts";
import type { TrainerSettings } from "../trainer.ts";

/** What of a trainer's settings decides its cost. */
export interface EstimateTrainingSettings extends Pick<
  TrainerSettings,
  | "model"
  | "trained"
  | "capacity"
  | "dimensions"
  | "temperature"
  | "direction"
  | "recompute"
  | "chunk"
  | "averageDecay"
> {
  /** Batches whose gradients make one step. Default 1. */
  readonly accumulation?: number | undefined;
  /** Most bytes of pictures that the loader keeps. Default 256 MiB, the loader's. */
  readonly cacheBytes?: number | undefined;
}

/** What a training run will cost. */
export interface TrainingEstimate {
  /** Numbers that the model has, and those of them that are trained. */
  readonly parameters: { readonly all: number; readonly trained: number };
  /**
   * Floating-point operations of one step: two for each multiplication and addition of matrix
   * products and convolutions. Of full batches: repeated pictures and texts cost less.
   */
  readonly flops: {
    /** The first time that rows go through the towers. */
    readonly forward: number;
    readonly backward: number;
    /** Forward work done again: by GradCache for each chunk, by recomputation inside of blocks. */
    readonly again: number;
    readonly all: number;
  };
  /** Bytes held at the most demanding moment of a step. */
  readonly memory: {
    /** The model's own, and the trainer's copies of those that are trained. */
    readonly weights: number;
    readonly gradients: number;
    readonly moments: number;
    readonly average: number;
    /** What the graphs compute, by `peakMemory` of autograd, and what the allocator takes besides. */
    readonly activations: number;
    /** Pictures in hand, prepared ahead and kept; token ids; features; masks. */
    readonly batch: number;
    /** Node, libraries, and what sessions and threads hold besides: measured, of no run in particular. */
    readonly process: number;
    readonly all: number;
  };
}

const FLOAT = 4;
/** Resident bytes of a process that has the libraries loaded and its workers started. */
const PROCESS = 280e6;
/** What ONNX Runtime's allocator holds for each byte of values: measured 1.2 to 1.4. */
const ALLOCATOR = 1.3;
/** Resident bytes of a session with its thread. */
const SESSION = 25e6;
const CACHE = 256 * 2 ** 20;

/**
 * Forecasts parameters, work and memory of a training run, from the very graphs that `createTrainer`
 * would open. Nothing is run and no memory is taken.
 *
 * How close: measured peaks of one step on the CPU (`test/reference/peak-memory.json`) were within 1 %
 * of it for ViT-B/32, batches of 8 whole, with recomputation, and of 16 in chunks of 8; 4 to 6 % below
 * it for `clip-tiny`, and 19 % above it where so small a model is recomputed.
 *
 * Throws as `differentiate` and `peakMemory` do for graphs they cannot follow.
 */
export function estimateTraining(settings: EstimateTrainingSettings): TrainingEstimate {
  const { model, averageDecay, accumulation = 1 } = settings;
  const trained = new Set(settings.trained ?? readWeights(settings));
  const sizes = [...model.weights].filter(([name]) => trained.has(name));
  const parameters = {
    all: countParameters(model.weights),
    trained: countParameters(new Map(sizes)),
  };
  const passes =
    settings.chunk === undefined ? wholePass(settings, trained) : cachedPass(settings, trained);
  const flops = {
    forward: accumulation * passes.forward,
    backward: accumulation * passes.backward,
    again: accumulation * passes.again,
  };
  const memory = {
    weights: FLOAT * (parameters.all + parameters.trained),
    gradients: FLOAT * parameters.trained,
    moments: 2 * FLOAT * parameters.trained,
    average: averageDecay === undefined ? 0 : FLOAT * parameters.trained,
    activations: ALLOCATOR * passes.activations,
    batch: batchBytes(settings),
    process: PROCESS + SESSION * passes.sessions,
  };
  return {
    parameters,
    flops: { ...flops, all: sum(Object.values(flops)) },
    memory: { ...memory, all: sum(Object.values(memory)) },
  };
}

/** Work of one batch, and what its graphs hold. */
interface PassCost {
  readonly forward: number;
  readonly backward: number;
  readonly again: number;
  /** Bytes: sessions keep what they once took. */
  readonly activations: number;
  readonly sessions: number;
}

function usedTowers({ model, capacity }: EstimateTrainingSettings): readonly Tower[] {
  return model.towers.filter(({ name }) => (capacity.rows[name] ?? 0) > 0);
}

function wholePass(settings: EstimateTrainingSettings, trained: ReadonlySet<string>): PassCost {
  const { capacity, recompute = false, dimensions = {} } = settings;
  const towers = usedTowers(settings);
  const rows = sum(towers.map(({ name }) => capacity.rows[name] ?? 0));
  const loss = lossGraph(settings, rows);
  const forward = sum(
    towers.map((tower) =>
      countFlops(tower, { ...dimensions, batch: capacity.rows[tower.name] ?? 0 }),
    ),
  );
  const graph = (isAgain: boolean): OnnxModelDefinition =>
    wholeGraph({
      towers,
      loss,
      trained: [...trained],
      rows: capacity.rows,
      dimensions,
      recompute: isAgain,
    });
  const plain = graph(false);
  const used = recompute ? graph(true) : plain;
  const once = flopsOf(plain);
  return {
    forward,
    backward: once - forward,
    again: flopsOf(used) - once,
    activations: transient(used),
    sessions: 1,
  };
}

function cachedPass(settings: EstimateTrainingSettings, trained: ReadonlySet<string>): PassCost {
  const { capacity, chunk = 1, recompute = false, dimensions = {} } = settings;
  const sizes = { ...dimensions, batch: chunk };
  const chunksOf = ({ name }: Tower): number => Math.ceil((capacity.rows[name] ?? 0) / chunk);
  const towers = usedTowers(settings);
  const costs = towers.map((tower): PassCost => {
    const chunks = chunksOf(tower);
    const forward = countFlops(tower, sizes);
    const own = tower.weightNames.filter((name) => trained.has(name));
    const activations = peakMemory(tower.model, { dimensions: sizes });
    if (own.length === 0) {
      return { forward: chunks * forward, backward: 0, again: 0, activations, sessions: 1 };
    }
    const graph = (blocks: readonly string[]): OnnxModelDefinition =>
      towerBackwardGraph({ tower, trained: own, dimensions: sizes, recompute: blocks });
    const plain = graph([]);
    const used = recompute ? graph(recomputedBlocks(tower)) : plain;
    return {
      forward: chunks * forward,
      backward: chunks * (flopsOf(plain) - forward),
      again: chunks * (forward + flopsOf(used) - flopsOf(plain)),
      activations: activations + transient(used),
      sessions: 2,
    };
  });
  const rows = chunk * sum(towers.map(chunksOf));
  const loss = differentiate({
    model: lossGraph(settings, rows),
    loss: "loss",
    parameters: ["features", ...(trained.has(LOGIT_SCALE) ? [LOGIT_SCALE] : [])],
  });
  const total = (of: (cost: PassCost) => number): number => sum(costs.map(of));
  return {
    forward: total(({ forward }) => forward),
    backward: total(({ backward }) => backward) + flopsOf(loss),
    again: total(({ again }) => again),
    activations: total(({ activations }) => activations) + transient(loss),
    sessions: total(({ sessions }) => sessions) + 1,
  };
}

function lossGraph(settings: EstimateTrainingSettings, rows: number): OnnxModelDefinition {
  const { model, capacity, temperature = 0.02, direction = "query-to-candidate" } = settings;
  const { queries, candidates } = capacity;
  const dimensions = model.towers[0]?.dimensions ?? 0;
  return contrastiveLossGraph({ rows, dimensions, queries, candidates, temperature, direction });
}

/** Bytes of what a graph computes besides its outputs, which lie in arrays that are counted elsewhere. */
function transient(model: OnnxModelDefinition): number {
  return peakMemory({ ...model, outputs: [] });
}

/** Operations of a graph of static shapes. */
function flopsOf(model: OnnxModelDefinition): number {
  return countFlops(
    { name: "", model, dataInputs: [], output: "", dimensions: 0, weightNames: [] },
    {},
  );
}

function batchBytes(settings: EstimateTrainingSettings): number {
  const { capacity, chunk, cacheBytes = CACHE } = settings;
  const { queries, candidates } = capacity;
  const towers = usedTowers(settings);
  let bytes = cacheBytes;
  for (const tower of towers) {
    const rows = capacity.rows[tower.name] ?? 0;
    for (const name of tower.dataInputs) {
      const { shape = [], dataType } =
        tower.model.inputs.find((input) => input.name === name) ?? {};
      const size = countElements(shape.slice(1).map((dim) => sizeOf(dim, settings)));
      // Pictures wait as bytes, in hand and ahead; a chunk of them becomes floats, twice on the way.
      if (dataType === "float32") bytes += 2 * rows * size + 2 * FLOAT * (chunk ?? rows) * size;
      else bytes += 2 * 8 * rows * size;
    }
    bytes += 2 * FLOAT * rows * tower.dimensions; // features and their gradients
  }
  return bytes + 9 * queries * candidates; // which candidates are no negatives, as bytes and floats
}

function sizeOf(dim: number | string, { dimensions = {} }: EstimateTrainingSettings): number {
  return typeof dim === "number" ? dim : (dimensions[dim] ?? 1);
}

function readWeights({ model, temperature }: EstimateTrainingSettings): readonly string[] {
  const read = model.towers.flatMap(({ weightNames }) => weightNames);
  return [...read, ...(temperature === "learned" ? [LOGIT_SCALE] : [])];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
