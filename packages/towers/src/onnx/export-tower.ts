import { createOnnxTensor, dataTypeCode, int } from "@megapairs/onnx";
import type {
  OnnxInitializerDefinition,
  OnnxModelDefinition,
  OnnxNodeDefinition,
} from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { toFloat16 } from "../safetensors/float-to-half.ts";
import type { Tower, Weight, Weights } from "../tower-model.ts";

/** Options of {@link exportTower}. */
export interface ExportTowerOptions {
  /**
   * How to keep the weights. `F16`: to the nearest half float, in half the bytes; the graph makes
   * float32 of them again, once, when it is loaded. Default `F32`, without a copy.
   */
  readonly dataType?: "F32" | "F16" | undefined;
}

/**
 * A tower as a plain inference graph: weights are initializers, data alone is fed. It computes in
 * float32, however the weights are kept.
 *
 * Throws `invalid-argument` where a weight is missing or has another shape than the graph states.
 */
export function exportTower(
  tower: Tower,
  weights: Weights,
  { dataType = "F32" }: ExportTowerOptions = {},
): OnnxModelDefinition {
  const isWeight = new Set(tower.weightNames);
  const shapes = new Map(tower.model.inputs.map(({ name, shape }) => [name, shape ?? []]));
  const kept = tower.weightNames.map((name) => {
    const weight = weights.get(name);
    const expected = shapes.get(name)?.join(", ") ?? "";
    if (weight === undefined || weight.dims.join(", ") !== expected) {
      const found = weight === undefined ? "missing" : `[${weight.dims.join(", ")}]`;
      throw new MegaPairsError(
        "invalid-argument",
        `the weight "${name}" is ${found}, expected [${expected}]`,
      );
    }
    return { name, weight };
  });
  const isHalf = dataType === "F16";
  const initializers = kept.map(({ name, weight }): OnnxInitializerDefinition => {
    if (isHalf) return halfOf(name, weight);
    return { name, ...createOnnxTensor("float32", weight.data, weight.dims) };
  });
  return {
    ...tower.model,
    inputs: tower.model.inputs.filter(({ name }) => !isWeight.has(name)),
    nodes: [...(isHalf ? tower.weightNames.map(widened) : []), ...tower.model.nodes],
    initializers: [...tower.model.initializers, ...initializers],
  };
}

function halfOf(name: string, { dims, data }: Weight): OnnxInitializerDefinition {
  const bits = new Uint16Array(data.length);
  toFloat16(data, bits);
  return { name: halfName(name), ...createOnnxTensor("float16", bits, dims) };
}

function widened(name: string): OnnxNodeDefinition {
  const to = int(dataTypeCode("float32"));
  return { op: "Cast", inputs: [halfName(name)], outputs: [name], attributes: { to } };
}

function halfName(name: string): string {
  return `${name}/half`;
}
