import type { OnnxModelDefinition, OnnxValueDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";

/**
 * The output that holds features: the one asked for, or the only one with two axes.
 * `invalid-argument`, listing what there is, where that is not clear.
 */
export function chooseOutput({ outputs }: OnnxModelDefinition, wanted: string | undefined): string {
  const flat = outputs.filter(({ shape }) => shape?.length === 2);
  const found = wanted === undefined ? flat : outputs.filter(({ name }) => name === wanted);
  const [first] = found;
  if (found.length === 1 && first?.dataType === "float32") return first.name;
  const expected =
    wanted === undefined ? "one float32 output of two axes" : `a float32 "${wanted}"`;
  throw new MegaPairsError(
    "invalid-argument",
    `the model gives ${outputs.map(describe).join(", ")}, expected ${expected}`,
  );
}

function describe({ name, dataType, shape }: OnnxValueDefinition): string {
  return `${name} (${dataType} [${shape?.join(", ") ?? "?"}])`;
}
