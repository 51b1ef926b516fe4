import { differentiate } from "@megapairs/autograd";
import { int } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxNodeDefinition } from "@megapairs/onnx";
import type { Tower } from "@megapairs/towers";
import { recomputedBlocks } from "./recomputed-blocks.ts";

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
  /** Compute the insides of the towers' blocks again in the backward pass. */
  readonly recompute: boolean;
}

/**
 * Towers, loss and backward pass in one graph. Data inputs of a tower are called
 * `tower/input`; weights keep their names, those of the loss too. Gradients are added to those given.
 */
export function wholeGraph(settings: WholeGraphSettings): OnnxModelDefinition {
  const { towers, loss, trained, rows, dimensions, recompute } = settings;
  const parts = towers.map(prefixed);
  const sizes = Object.fromEntries(towers.map(({ name }) => [`${name}/batch`, rows[name] ?? 0]));
  const inputs = [...parts.flatMap((part) => part.inputs), ...loss.inputs];
  const byName = new Map(inputs.map((input) => [input.name, input]));
  byName.delete("features");
  const joined: OnnxNodeDefinition = {
    op: "Concat",
    inputs: towers.map(({ name, output }) => `${name}/${output}`),
    outputs: ["features"],
    attributes: { axis: int(0) },
  };
  return differentiate({
    model: {
      ...loss,
      name: "a training step",
      inputs: [...byName.values()],
      nodes: [...parts.flatMap((part) => part.nodes), joined, ...loss.nodes],
      initializers: [...parts.flatMap((part) => part.initializers), ...loss.initializers],
    },
    loss: "loss",
    outputs: ["accuracy"],
    parameters: trained,
    dimensions: { ...dimensions, ...sizes },
    accumulate: true,
    recompute: recompute ? towers.flatMap(blocksOf) : [],
  });
}

function blocksOf(tower: Tower): string[] {
  return recomputedBlocks(tower).map((block) => `${tower.name}/${block}`);
}

/** The graph of a tower in which everything but the weights is named after the tower. */
function prefixed({ name: tower, model, weightNames }: Tower): OnnxModelDefinition {
  const kept = new Set(["", ...weightNames]);
  const rename = (name: string): string => (kept.has(name) ? name : `${tower}/${name}`);
  return {
    ...model,
    inputs: model.inputs.map((input) => ({
      ...input,
      name: rename(input.name),
      shape: input.shape?.map((size) => (size === "batch" ? `${tower}/batch` : size)),
    })),
    nodes: model.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
    initializers: model.initializers.map((each) => ({ ...each, name: rename(each.name) })),
  };
}
