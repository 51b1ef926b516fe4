import { inferShapes } from "@megapairs/autograd";
import type { InferredValue } from "@megapairs/autograd";
import { countElements } from "@megapairs/onnx";
import type { OnnxNodeDefinition } from "@megapairs/onnx";
import type { Tower } from "./tower-model.ts";

/**
 * Floating-point operations of one forward pass of a tower: two for each multiplication and addition
 * of its matrix products and convolutions, which are nearly all there are. Training takes about three
 * times as many.
 *
 * @param dimensions Sizes of the open dimensions: `{ batch: 32, sequence: 77 }`.
 *
 * Throws `invalid-argument` where a size is missing.
 */
export function countFlops(tower: Tower, dimensions: Readonly<Record<string, number>>): number {
  const values = inferShapes(tower.model, { dimensions });
  return tower.model.nodes.reduce((sum, node) => sum + 2 * multiplications(node, values), 0);
}

function multiplications(
  { op, inputs, outputs, attributes }: OnnxNodeDefinition,
  values: ReadonlyMap<string, InferredValue>,
): number {
  const shapeOf = (name: string | undefined): readonly number[] =>
    values.get(name ?? "")?.shape ?? [];
  const results = countElements(shapeOf(outputs[0]));
  if (op === "Conv") return results * countElements(shapeOf(inputs[1]).slice(1)); // [out, in, …]
  const isAcross = op === "Gemm" && attributes?.["transA"]?.value === 1;
  if (op === "Gemm" || op === "MatMul")
    return results * (shapeOf(inputs[0]).at(isAcross ? 0 : -1) ?? 0);
  return 0;
}
