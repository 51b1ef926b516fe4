import { differentiate } from "@megapairs/autograd";
import { int } from "@megapairs/onnx";
import type { OnnxModelDefinition } from "@megapairs/onnx";
import type { Tower } from "@megapairs/towers";

/** Settings of {@link towerBackwardGraph}. */
export interface TowerBackwardSettings {
  readonly tower: Tower;
  /** Weights of the tower to differentiate by. */
  readonly trained: readonly string[];
  /** Sizes of the tower's open dimensions; `batch` is how many rows a pass has. */
  readonly dimensions: Readonly<Record<string, number>>;
  /** Values at which blocks end whose insides are computed again; see `differentiate`. */
  readonly recompute?: readonly string[] | undefined;
}

/**
 * A tower run forwards and backwards on some rows, given what the loss by their features is
 * (`features.gradient` float32 [rows, dimensions]): adds what that makes of each weight `w` to
 * `w.gradient.before` and gives `w.gradient` (GradCache, arXiv 2101.06983, §3.2). Its `loss` output
 * is the product of features and their gradient, of no meaning.
 */
export function towerBackwardGraph(settings: TowerBackwardSettings): OnnxModelDefinition {
  const { tower, trained, dimensions, recompute } = settings;
  const { model, output } = tower;
  const gradient = "features.gradient";
  const shape = [dimensions["batch"] ?? 1, tower.dimensions];
  return differentiate({
    model: {
      ...model,
      name: `${tower.name} tower, backwards`,
      inputs: [...model.inputs, { name: gradient, dataType: "float32", shape }],
      nodes: [
        ...model.nodes,
        { op: "Mul", inputs: [output, gradient], outputs: ["features.weighted"] },
        {
          op: "ReduceSum",
          inputs: ["features.weighted"],
          outputs: ["loss"],
          attributes: { keepdims: int(0) },
        },
      ],
    },
    loss: "loss",
    parameters: trained,
    dimensions,
    accumulate: true,
    recompute,
  });
}
