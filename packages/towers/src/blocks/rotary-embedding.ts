import { createOnnxTensor, int } from "@megapairs/onnx";
import type { TowerGraph } from "./tower-graph.ts";

/** Cosines and sines of the angles by which positions turn. */
export interface RotaryAngles {
  /** [tokens, batch, 1, half a head]. */
  readonly cosines: string;
  readonly sines: string;
}

/**
 * Angles of rotary embeddings at `positions` [tokens, batch], float32, for heads of `width`.
 * Source: Su et al., RoFormer (arXiv 2104.09864), in the halves of transformers' Llama.
 */
export function rotaryAngles(
  g: TowerGraph,
  positions: string,
  width: number,
  base: number,
): RotaryAngles {
  const rates = Float32Array.from({ length: width / 2 }, (_, index) =>
    Math.fround(1 / base ** ((2 * index) / width)),
  );
  const constant = g.constant({ name: "rotary rates", ...createOnnxTensor("float32", rates) });
  const columns = g.apply("Unsqueeze", [positions, g.ints([2, 3])]);
  const angles = g.apply("Mul", [columns, constant]);
  return { cosines: g.apply("Cos", [angles]), sines: g.apply("Sin", [angles]) };
}

/** Turns heads `x` [tokens, batch, heads, width] by these angles. */
export function rotate(
  g: TowerGraph,
  x: string,
  width: number,
  { cosines, sines }: RotaryAngles,
): string {
  const part = (from: number, to: number): string =>
    g.apply("Slice", [x, g.ints([from]), g.ints([to]), g.ints([-1])]);
  const [first, second] = [part(0, width / 2), part(width / 2, width)];
  const times = (half: string, by: string): string => g.apply("Mul", [half, by]);
  const turned = [
    g.apply("Sub", [times(first, cosines), times(second, sines)]),
    g.apply("Add", [times(second, cosines), times(first, sines)]),
  ];
  return g.apply("Concat", turned, { axis: int(-1) });
}
