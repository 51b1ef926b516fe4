import { differentiate } from "@megapairs/autograd";
import { createOnnxTensor, int } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxNodeDefinition, OnnxValueDefinition } from "@megapairs/onnx";
import type { Tower } from "@megapairs/towers";

/** Settings of {@link wholeGraph}. */
export interface WholeGraphSettings {
  readonly towers: readonly Tower[];
  /** See `contrastiveLossGraph`; its `features` are the towers' rows, one tower after the other. */
  readonly loss: OnnxModelDefinition;
  /** Weights to differentiate by. */
  readonly trained: readonly string[];
  /** Rows of each tower by its name. */
  readonly rows: Readonly<Record<string, number>>;
  /** Sizes of the towers' other open dimensions. */
  readonly dimensions: Readonly<Record<string, number>>;
  /** Add gradients to those given; see `differentiate`. */
  readonly accumulate: boolean;
  /** Compute the insides of the towers' blocks again in the backward pass. */
  readonly recompute: boolean;
  /**
   * Most rows of one copy of a tower. The graph has as many copies as that takes, over the same
   * weights: what an operator writes is then still in the cache when the next one reads it.
   */
  readonly sliceRows: number;
}

/**
 * Towers, loss and backward pass in one graph. Data inputs of a tower are called
 * `tower/input`; weights keep their names, those of the loss too.
 */
export function wholeGraph(settings: WholeGraphSettings): OnnxModelDefinition {
  const { towers, loss, trained, rows, dimensions, accumulate, recompute, sliceRows } = settings;
  const slices = towers.flatMap((tower) => sliceTower(tower, rows[tower.name] ?? 0, sliceRows));
  const inputs = [...slices.flatMap(({ tower }) => dataInputs(tower, rows)), ...loss.inputs];
  const weights = towers.flatMap(({ model, weightNames }) =>
    model.inputs.filter(({ name }) => weightNames.includes(name)),
  );
  const byName = new Map([...inputs, ...weights].map((input) => [input.name, input]));
  byName.delete("features");
  const joined: OnnxNodeDefinition = {
    op: "Concat",
    inputs: slices.map(({ tower, prefix }) => prefix + tower.output),
    outputs: ["features"],
    attributes: { axis: int(0) },
  };
  const nodes = [
    ...towers.flatMap((tower) => splitRows(tower, slices)),
    ...slices.flatMap(copyOf),
    joined,
    ...loss.nodes,
  ];
  const constants = slices.flatMap(({ tower, prefix }) =>
    tower.model.initializers.map((each) => ({ ...each, name: prefix + each.name })),
  );
  const sizes = towers.map((tower) => {
    const own = slices.filter((slice) => slice.tower === tower);
    const counts = BigInt64Array.from(own, (slice) => BigInt(slice.rows));
    return { name: rowsName(tower), ...createOnnxTensor("int64", counts) };
  });
  return differentiate({
    model: {
      ...loss,
      name: "a training step",
      inputs: [...byName.values()],
      nodes,
      initializers: [...constants, ...sizes, ...loss.initializers],
    },
    loss: "loss",
    outputs: ["accuracy"],
    parameters: trained,
    dimensions,
    accumulate,
    recompute: recompute ? slices.flatMap(blocksOf) : [],
  });
}

/** Some rows of a tower's batch, and what stands before the names of its copy for them. */
interface Slice {
  readonly tower: Tower;
  readonly prefix: string;
  readonly rows: number;
}

/** Slices of at most so many rows, as even as can be. */
function sliceTower(tower: Tower, rows: number, most: number): Slice[] {
  const count = Math.ceil(rows / most);
  return Array.from({ length: count }, (_, index) => {
    const [start, end] = [index, index + 1].map((at) => Math.floor((rows * at) / count));
    return { tower, prefix: `${tower.name}/${index}/`, rows: (end ?? 0) - (start ?? 0) };
  });
}

function dataInputs(
  { name: tower, model, dataInputs: names }: Tower,
  rows: Readonly<Record<string, number>>,
): OnnxValueDefinition[] {
  return model.inputs
    .filter(({ name }) => names.includes(name))
    .map((input) => ({
      ...input,
      name: `${tower}/${input.name}`,
      shape: input.shape?.map((size) => (size === "batch" ? (rows[tower] ?? 0) : size)),
    }));
}

/** Deals the rows of a tower's data inputs out to its slices. */
function splitRows(tower: Tower, slices: readonly Slice[]): OnnxNodeDefinition[] {
  const own = slices.filter((slice) => slice.tower === tower);
  return tower.dataInputs.map((name) => {
    const outputs = own.map(({ prefix }) => prefix + name);
    const inputs = [`${tower.name}/${name}`];
    if (own.length === 1) return { op: "Identity", inputs, outputs };
    return {
      op: "Split",
      inputs: [...inputs, rowsName(tower)],
      outputs,
      attributes: { axis: int(0) },
    };
  });
}

function rowsName({ name }: Tower): string {
  return `${name}/rows of slices`;
}

/** The nodes of a slice, under names of its own but for the weights. */
function copyOf({ tower, prefix }: Slice): OnnxNodeDefinition[] {
  const kept = new Set(["", ...tower.weightNames]);
  const rename = (name: string): string => (kept.has(name) ? name : prefix + name);
  return tower.model.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}

function blocksOf({ tower, prefix }: Slice): string[] {
  return (tower.blocks ?? []).slice(0, -1).map((block) => prefix + block);
}
